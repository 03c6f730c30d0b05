-- What has come of a line in the unit in which it was ordered: rounded to the product's unit, parts would not add up.
ALTER TABLE purchase_order_line ADD COLUMN quantity_received numeric NOT NULL DEFAULT 0 CHECK (quantity_received >= 0);
-- So far only what fits the product's unit exactly could come; quantities have at most 12 decimals.
UPDATE purchase_order_line SET quantity_received = round(quantity * qty_received / qty_ordered, 12) WHERE qty_received > 0;
