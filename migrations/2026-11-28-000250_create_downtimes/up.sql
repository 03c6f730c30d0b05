-- When a work center stood, and why. Without an end it stands now, and nothing is started there.
CREATE TABLE downtime (
    id uuid PRIMARY KEY,
    work_center_id uuid NOT NULL REFERENCES work_center,
    loss_reason_id uuid NOT NULL,
    -- Only reasons of downtime are referred to, and one in use stays one of downtime.
    loss_reason_kind text NOT NULL GENERATED ALWAYS AS ('downtime') STORED,
    started_at timestamptz NOT NULL,
    finished_at timestamptz,
    note text NOT NULL,
    version bigint NOT NULL DEFAULT 1,
    CONSTRAINT downtime_ends_after_start CHECK (finished_at > started_at),
    CONSTRAINT downtime_loss_reason_id_fkey FOREIGN KEY (loss_reason_id, loss_reason_kind)
        REFERENCES loss_reason (id, kind)
);
CREATE UNIQUE INDEX downtime_now ON downtime (work_center_id) WHERE finished_at IS NULL;
CREATE INDEX downtime_of ON downtime (work_center_id, started_at);
CREATE INDEX downtime_started ON downtime (started_at, id);
CREATE INDEX downtime_loss_reason ON downtime (loss_reason_id);
GRANT SELECT, INSERT, UPDATE, DELETE ON downtime TO mrp_app;
