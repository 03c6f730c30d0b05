-- Sales orders: what customers were promised, typed in or pushed by another system.

CREATE TABLE sales_order (
    id uuid PRIMARY KEY,
    number text NOT NULL UNIQUE,
    state text NOT NULL CHECK (state IN ('draft', 'confirmed', 'delivered', 'cancelled')),
    customer text NOT NULL CHECK (customer <> ''),
    reference text NOT NULL DEFAULT '',
    -- Where it came from, and what it is called there. Empty and none: typed in.
    channel text NOT NULL DEFAULT '',
    external_id text CHECK (external_id <> ''),
    warehouse_id uuid NOT NULL REFERENCES warehouse,
    deliver_by timestamptz,
    note text NOT NULL DEFAULT '',
    created_by uuid NOT NULL REFERENCES user_account,
    created_at timestamptz NOT NULL,
    version bigint NOT NULL DEFAULT 1,
    CHECK ((channel = '') = (external_id IS NULL)),
    CONSTRAINT sales_order_once UNIQUE (channel, external_id)
);
CREATE INDEX sales_order_open ON sales_order (deliver_by, id) WHERE state IN ('draft', 'confirmed');

CREATE TABLE sales_order_line (
    id uuid PRIMARY KEY,
    sales_order_id uuid NOT NULL REFERENCES sales_order ON DELETE CASCADE,
    position integer NOT NULL,
    product_id uuid NOT NULL REFERENCES product,
    quantity numeric NOT NULL CHECK (quantity > 0),
    unit_price numeric NOT NULL CHECK (unit_price >= 0),
    qty_delivered numeric NOT NULL DEFAULT 0 CHECK (qty_delivered BETWEEN 0 AND quantity)
);
CREATE INDEX sales_order_line_of ON sales_order_line (sales_order_id, position);
CREATE INDEX sales_order_line_product ON sales_order_line (product_id);

ALTER TABLE manufacturing_order ADD COLUMN sales_order_line_id uuid REFERENCES sales_order_line ON DELETE SET NULL;
CREATE INDEX manufacturing_order_sold ON manufacturing_order (sales_order_line_id) WHERE sales_order_line_id IS NOT NULL;

INSERT INTO number_series (kind, prefix, padding) VALUES ('sales_order', 'SO-{year}-', 5);

GRANT SELECT, INSERT, UPDATE, DELETE ON sales_order, sales_order_line TO mrp_app;
