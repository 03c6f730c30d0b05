DROP INDEX stock_move_lot;
DROP TABLE material_line_lot;
ALTER TABLE product DROP COLUMN one_lot;
DROP TABLE lot;
