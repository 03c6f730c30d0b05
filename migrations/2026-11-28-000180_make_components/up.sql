-- An order can be made for a component of another one, and who waits for goods is found without reading what was served.
ALTER TABLE manufacturing_order ADD COLUMN material_line_id uuid REFERENCES material_line ON DELETE SET NULL;
CREATE INDEX manufacturing_order_component ON manufacturing_order (material_line_id) WHERE material_line_id IS NOT NULL;
CREATE INDEX material_line_waiting ON material_line (product_id) WHERE qty_needed > qty_done + qty_reserved;
