-- Why somebody scrapped or counted goods. Append only, like the move that it belongs to.
CREATE TABLE stock_move_reason (
    stock_move_id uuid PRIMARY KEY REFERENCES stock_move,
    reason text NOT NULL CHECK (reason <> '')
);

GRANT SELECT, INSERT ON stock_move_reason TO mrp_app;
