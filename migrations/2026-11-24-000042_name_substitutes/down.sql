ALTER TABLE material_line DROP COLUMN substitute_ids;
ALTER TABLE bom_line DROP COLUMN substitute_ids;
