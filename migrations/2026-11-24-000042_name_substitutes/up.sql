-- What may take a component's place, the best first; an order keeps its own copy.
ALTER TABLE bom_line ADD COLUMN substitute_ids uuid[] NOT NULL DEFAULT '{}';
ALTER TABLE material_line ADD COLUMN substitute_ids uuid[] NOT NULL DEFAULT '{}';
