DROP TABLE sales_delivery;
