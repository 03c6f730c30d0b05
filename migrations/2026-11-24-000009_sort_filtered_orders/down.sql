DROP INDEX manufacturing_order_product;
CREATE INDEX manufacturing_order_product ON manufacturing_order (product_id);
DROP INDEX manufacturing_order_short;
DROP INDEX manufacturing_order_open;
