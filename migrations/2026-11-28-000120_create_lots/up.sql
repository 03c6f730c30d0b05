-- Lots and serial numbers, and which of them the components of orders hold.

CREATE TABLE lot (
    id uuid PRIMARY KEY,
    product_id uuid NOT NULL REFERENCES product,
    number text NOT NULL CHECK (number <> ''),
    -- The last day on which it may be used.
    expires_on date,
    supplier_lot text NOT NULL DEFAULT '',
    note text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL,
    version bigint NOT NULL DEFAULT 1,
    CONSTRAINT lot_number_key UNIQUE (product_id, number)
);
CREATE INDEX lot_expires ON lot (expires_on) WHERE expires_on IS NOT NULL;
CREATE INDEX lot_number ON lot (number, id);

-- Take a need from one lot when one lot suffices, be it not the first to expire.
ALTER TABLE product ADD COLUMN one_lot boolean NOT NULL DEFAULT false;

-- What a component of an order holds, lot by lot; together they are the line's qty_reserved. What is not tracked has no
-- rows here.
CREATE TABLE material_line_lot (
    material_line_id uuid NOT NULL REFERENCES material_line ON DELETE CASCADE,
    lot_id uuid NOT NULL REFERENCES lot,
    qty_reserved numeric NOT NULL CHECK (qty_reserved >= 0),
    PRIMARY KEY (material_line_id, lot_id)
);
CREATE INDEX material_line_lot_lot ON material_line_lot (lot_id);

-- From a lot to its moves.
CREATE INDEX stock_move_lot ON stock_move (lot_id, moved_at) WHERE lot_id <> '00000000-0000-0000-0000-000000000000';

GRANT SELECT, INSERT, UPDATE, DELETE ON lot, material_line_lot TO mrp_app;
