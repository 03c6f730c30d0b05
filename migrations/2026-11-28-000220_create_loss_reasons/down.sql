-- A reason of the list becomes words again, before those that were typed with it.
UPDATE stock_move_reason y SET reason = concat_ws(': ', l.name, nullif(y.reason, '')) FROM loss_reason l
    WHERE l.id = y.scrap_reason_id;
ALTER TABLE stock_move_reason
    DROP COLUMN scrap_reason_id,
    DROP COLUMN scrap_reason_kind,
    DROP CONSTRAINT IF EXISTS stock_move_reason_says_something,
    ADD CONSTRAINT stock_move_reason_reason_check CHECK (reason <> '');
UPDATE production_report r SET scrap_reason = concat_ws(': ', l.name, nullif(r.scrap_reason, '')) FROM loss_reason l
    WHERE l.id = r.scrap_reason_id;
ALTER TABLE production_report DROP COLUMN scrap_reason_id, DROP COLUMN scrap_reason_kind;
DROP TABLE loss_reason;
