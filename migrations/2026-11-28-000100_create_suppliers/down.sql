DROP TABLE supplier_price;
DROP TABLE supplier;
