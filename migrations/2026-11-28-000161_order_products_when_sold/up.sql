-- Whether confirming a sales order drafts the manufacturing order of a line by itself.

ALTER TABLE product ADD COLUMN order_when_sold boolean NOT NULL DEFAULT false;
