ALTER TABLE manufacturing_order DROP COLUMN sales_order_line_id;
DROP TABLE sales_order_line;
DROP TABLE sales_order;
DELETE FROM number_series WHERE kind = 'sales_order';
