ALTER TABLE product DROP COLUMN order_when_sold;
