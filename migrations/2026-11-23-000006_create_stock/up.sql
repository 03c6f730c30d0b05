-- The ledger of moves, and the balances that are folded from it in the same transaction.

CREATE TABLE receipt (
    id uuid PRIMARY KEY,
    number text NOT NULL UNIQUE,
    warehouse_id uuid NOT NULL REFERENCES warehouse,
    reference text NOT NULL DEFAULT '',
    received_at timestamptz NOT NULL,
    user_id uuid NOT NULL REFERENCES user_account
);
CREATE INDEX receipt_at ON receipt (received_at, id);

-- Append only. A lot of all zeros means: not tracked.
CREATE TABLE stock_move (
    id uuid PRIMARY KEY,
    moved_at timestamptz NOT NULL,
    product_id uuid NOT NULL REFERENCES product,
    lot_id uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
    quantity numeric NOT NULL CHECK (quantity > 0),
    from_location_id uuid NOT NULL REFERENCES location,
    to_location_id uuid NOT NULL REFERENCES location,
    value numeric NOT NULL,
    manufacturing_order_id uuid REFERENCES manufacturing_order,
    receipt_id uuid REFERENCES receipt,
    user_id uuid NOT NULL REFERENCES user_account,
    CHECK (from_location_id <> to_location_id)
);
CREATE INDEX stock_move_product ON stock_move (product_id, moved_at);
CREATE INDEX stock_move_at ON stock_move (moved_at, id);
CREATE INDEX stock_move_order ON stock_move (manufacturing_order_id) WHERE manufacturing_order_id IS NOT NULL;
CREATE INDEX stock_move_receipt ON stock_move (receipt_id) WHERE receipt_id IS NOT NULL;

CREATE TABLE stock_balance (
    product_id uuid NOT NULL REFERENCES product,
    lot_id uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
    location_id uuid NOT NULL REFERENCES location,
    on_hand numeric NOT NULL DEFAULT 0,
    reserved numeric NOT NULL DEFAULT 0,
    PRIMARY KEY (product_id, lot_id, location_id),
    CONSTRAINT stock_balance_never_promised_twice CHECK (reserved BETWEEN 0 AND on_hand)
) WITH (fillfactor = 50);

-- What the stock of a product is worth, in all warehouses together: the base of its moving average.
CREATE TABLE product_valuation (
    product_id uuid PRIMARY KEY REFERENCES product,
    quantity numeric NOT NULL CHECK (quantity >= 0),
    value numeric NOT NULL,
    CHECK (quantity > 0 OR value = 0)
) WITH (fillfactor = 50);

GRANT SELECT, INSERT ON receipt, stock_move TO mrp_app;
GRANT SELECT, INSERT, UPDATE ON stock_balance, product_valuation TO mrp_app;
