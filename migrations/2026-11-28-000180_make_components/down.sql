DROP INDEX material_line_waiting;
ALTER TABLE manufacturing_order DROP COLUMN material_line_id;
