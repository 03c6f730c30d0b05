DROP TABLE order_by_product;
DROP TABLE bom_by_product;
