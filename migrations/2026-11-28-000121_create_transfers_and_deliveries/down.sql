DELETE FROM number_series WHERE kind IN ('transfer', 'delivery');
ALTER TABLE stock_move DROP COLUMN transfer_id, DROP COLUMN delivery_id;
DROP TABLE delivery;
DROP TABLE transfer;
