DELETE FROM number_series WHERE kind = 'stock_count';
ALTER TABLE stock_move DROP COLUMN stock_count_id;
DROP TABLE stock_count_line;
DROP TABLE stock_count;
