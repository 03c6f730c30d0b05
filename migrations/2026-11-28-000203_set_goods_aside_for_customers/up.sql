-- What is made for a line of a sales order lies in stock for that line alone. It is part of what the balance has reserved, so that
-- nobody else is given it; whoever changes a row has locked its balance.
CREATE TABLE sales_reservation (
    sales_order_line_id uuid NOT NULL REFERENCES sales_order_line,
    -- All zeros: what is not tracked, as in the balance.
    lot_id uuid NOT NULL,
    location_id uuid NOT NULL REFERENCES location,
    quantity numeric NOT NULL CHECK (quantity > 0),
    PRIMARY KEY (sales_order_line_id, lot_id, location_id)
);
CREATE INDEX sales_reservation_place ON sales_reservation (location_id);

GRANT SELECT, INSERT, UPDATE, DELETE ON sales_reservation TO mrp_app;
