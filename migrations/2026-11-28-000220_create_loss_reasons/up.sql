-- Why pieces are scrapped and why work centers stand: chosen from a list, so that they can be counted by reason.
CREATE TABLE loss_reason (
    id uuid PRIMARY KEY,
    code text NOT NULL UNIQUE,
    name text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('scrap', 'downtime')),
    -- What a downtime takes away from: planned stops shorten the time planned, unplanned ones the time run.
    downtime_class text CHECK (downtime_class IN ('planned', 'unplanned')),
    active boolean NOT NULL DEFAULT true,
    version bigint NOT NULL DEFAULT 1,
    CONSTRAINT loss_reason_class_of_downtime CHECK ((kind = 'downtime') = (downtime_class IS NOT NULL)),
    CONSTRAINT loss_reason_of_kind UNIQUE (id, kind)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON loss_reason TO mrp_app;

-- Scrap has a reason of the list, words, or both. What was typed before stays as it was: words are no list.
-- The second column makes that only reasons of scrap are referred to, and that one in use stays one of scrap.
ALTER TABLE production_report
    ADD COLUMN scrap_reason_id uuid,
    ADD COLUMN scrap_reason_kind text GENERATED ALWAYS AS ('scrap') STORED,
    ADD CONSTRAINT production_report_scrap_reason_id_fkey FOREIGN KEY (scrap_reason_id, scrap_reason_kind)
        REFERENCES loss_reason (id, kind);
CREATE INDEX production_report_scrap_reason ON production_report (scrap_reason_id) WHERE scrap_reason_id IS NOT NULL;

ALTER TABLE stock_move_reason
    ADD COLUMN scrap_reason_id uuid,
    ADD COLUMN scrap_reason_kind text GENERATED ALWAYS AS ('scrap') STORED,
    ADD CONSTRAINT stock_move_reason_scrap_reason_id_fkey FOREIGN KEY (scrap_reason_id, scrap_reason_kind)
        REFERENCES loss_reason (id, kind),
    DROP CONSTRAINT stock_move_reason_reason_check,
    ADD CONSTRAINT stock_move_reason_says_something CHECK (reason <> '' OR scrap_reason_id IS NOT NULL);
CREATE INDEX stock_move_reason_scrap_reason ON stock_move_reason (scrap_reason_id) WHERE scrap_reason_id IS NOT NULL;
