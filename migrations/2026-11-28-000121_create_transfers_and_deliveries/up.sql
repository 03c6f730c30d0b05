-- Goods that go from one warehouse to another, and goods that go to a customer. Posted once, never changed, like receipts.

CREATE TABLE transfer (
    id uuid PRIMARY KEY,
    number text NOT NULL UNIQUE,
    from_warehouse_id uuid NOT NULL REFERENCES warehouse,
    to_warehouse_id uuid NOT NULL REFERENCES warehouse,
    reason text NOT NULL DEFAULT '',
    transferred_at timestamptz NOT NULL,
    user_id uuid NOT NULL REFERENCES user_account,
    CHECK (from_warehouse_id <> to_warehouse_id)
);
CREATE INDEX transfer_at ON transfer (transferred_at, id);

CREATE TABLE delivery (
    id uuid PRIMARY KEY,
    number text NOT NULL UNIQUE,
    warehouse_id uuid NOT NULL REFERENCES warehouse,
    customer text NOT NULL CHECK (customer <> ''),
    reference text NOT NULL DEFAULT '',
    delivered_at timestamptz NOT NULL,
    user_id uuid NOT NULL REFERENCES user_account
);
CREATE INDEX delivery_at ON delivery (delivered_at, id);

ALTER TABLE stock_move
    ADD COLUMN transfer_id uuid REFERENCES transfer,
    ADD COLUMN delivery_id uuid REFERENCES delivery;
CREATE INDEX stock_move_transfer ON stock_move (transfer_id) WHERE transfer_id IS NOT NULL;
CREATE INDEX stock_move_delivery ON stock_move (delivery_id) WHERE delivery_id IS NOT NULL;

INSERT INTO number_series (kind, prefix, padding) VALUES ('transfer', 'TR-{year}-', 5), ('delivery', 'DL-{year}-', 5);

GRANT SELECT, INSERT ON transfer, delivery TO mrp_app;
