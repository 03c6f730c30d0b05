-- Counts as documents: what the books expected when the list was frozen, and what people found.

CREATE TABLE stock_count (
    id uuid PRIMARY KEY,
    number text NOT NULL UNIQUE,
    state text NOT NULL CHECK (state IN ('draft', 'posted')),
    warehouse_id uuid NOT NULL REFERENCES warehouse,
    -- Only products of this category; empty: all.
    category text NOT NULL DEFAULT '',
    reason text NOT NULL DEFAULT '',
    frozen_at timestamptz NOT NULL,
    posted_at timestamptz,
    user_id uuid NOT NULL REFERENCES user_account,
    version bigint NOT NULL DEFAULT 1,
    CHECK ((state = 'posted') = (posted_at IS NOT NULL))
);
CREATE INDEX stock_count_at ON stock_count (frozen_at, id);

CREATE TABLE stock_count_line (
    id uuid PRIMARY KEY,
    stock_count_id uuid NOT NULL REFERENCES stock_count ON DELETE CASCADE,
    product_id uuid NOT NULL REFERENCES product,
    lot_id uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
    qty_expected numeric NOT NULL CHECK (qty_expected >= 0),
    -- Absent: not counted.
    qty_counted numeric CHECK (qty_counted >= 0),
    -- What the difference was worth when it was posted.
    value numeric,
    CONSTRAINT stock_count_line_key UNIQUE (stock_count_id, product_id, lot_id)
);
CREATE INDEX stock_count_line_product ON stock_count_line (product_id);

ALTER TABLE stock_move ADD COLUMN stock_count_id uuid REFERENCES stock_count;
CREATE INDEX stock_move_count ON stock_move (stock_count_id) WHERE stock_count_id IS NOT NULL;

INSERT INTO number_series (kind, prefix, padding) VALUES ('stock_count', 'CT-{year}-', 5);

GRANT SELECT, INSERT, UPDATE, DELETE ON stock_count, stock_count_line TO mrp_app;
