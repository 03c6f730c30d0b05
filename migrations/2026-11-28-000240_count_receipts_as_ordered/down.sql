ALTER TABLE purchase_order_line DROP COLUMN quantity_received;
