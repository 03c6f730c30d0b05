-- The unit in which a product is bought, where that is not the one in which stock of it is kept.
ALTER TABLE product ADD COLUMN purchase_unit_id uuid REFERENCES unit;
CREATE INDEX product_purchase_unit ON product (purchase_unit_id) WHERE purchase_unit_id IS NOT NULL;
