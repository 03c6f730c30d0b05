-- What comes out of a run, and of an order, beside the product.

CREATE TABLE bom_by_product (
    bom_id uuid NOT NULL REFERENCES bom ON DELETE CASCADE,
    position integer NOT NULL,
    product_id uuid NOT NULL REFERENCES product,
    quantity numeric NOT NULL CHECK (quantity > 0),
    unit_id uuid NOT NULL REFERENCES unit,
    cost_share_percent numeric NOT NULL CHECK (cost_share_percent BETWEEN 0 AND 100),
    PRIMARY KEY (bom_id, position)
);
CREATE INDEX bom_by_product_product ON bom_by_product (product_id);

-- The order's own copy, taken at confirm.
CREATE TABLE order_by_product (
    manufacturing_order_id uuid NOT NULL REFERENCES manufacturing_order ON DELETE CASCADE,
    position integer NOT NULL,
    product_id uuid NOT NULL REFERENCES product,
    -- Exact amount for one piece as a fraction, so that changing the quantity and going back loses nothing.
    per_unit text NOT NULL,
    cost_share_percent numeric NOT NULL CHECK (cost_share_percent BETWEEN 0 AND 100),
    qty_planned numeric NOT NULL CHECK (qty_planned >= 0),
    qty_done numeric NOT NULL DEFAULT 0 CHECK (qty_done >= 0),
    PRIMARY KEY (manufacturing_order_id, position)
);
CREATE INDEX order_by_product_product ON order_by_product (product_id);

GRANT SELECT, INSERT, UPDATE, DELETE ON bom_by_product, order_by_product TO mrp_app;
