DROP TABLE product_cost_change;
