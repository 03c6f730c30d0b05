-- Which goods of a delivery went out for which line of a sales order.

CREATE TABLE sales_delivery (
    stock_move_id uuid PRIMARY KEY REFERENCES stock_move,
    sales_order_line_id uuid NOT NULL REFERENCES sales_order_line
);
CREATE INDEX sales_delivery_line ON sales_delivery (sales_order_line_id);

GRANT SELECT, INSERT ON sales_delivery TO mrp_app;
