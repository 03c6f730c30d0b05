ALTER TABLE product DROP COLUMN purchase_unit_id;
