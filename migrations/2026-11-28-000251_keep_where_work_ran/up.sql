-- Where somebody worked, and how fast pieces should be made, stay as they were: the work order may move to another work
-- center, and the order may be re-planned with other times.
ALTER TABLE time_log ADD COLUMN work_center_id uuid REFERENCES work_center;
UPDATE time_log t SET work_center_id = w.work_center_id FROM work_order w WHERE w.id = t.work_order_id;
ALTER TABLE time_log ALTER COLUMN work_center_id SET NOT NULL;
CREATE INDEX time_log_at ON time_log (work_center_id, coalesce(finished_at, 'infinity'::timestamptz));

ALTER TABLE production_report
    ADD COLUMN work_center_id uuid REFERENCES work_center,
    ADD COLUMN cycle_seconds integer,
    ADD COLUMN quantity_per_cycle numeric;
UPDATE production_report r SET
    work_center_id = w.work_center_id,
    cycle_seconds = (o.operation -> 'operation' -> 'times' ->> 'cycle_seconds')::integer,
    quantity_per_cycle = (o.operation -> 'operation' -> 'times' ->> 'quantity_per_cycle')::numeric
    FROM work_order w
    JOIN manufacturing_order m ON m.id = w.manufacturing_order_id
    LEFT JOIN LATERAL (
        SELECT one.value AS operation FROM jsonb_array_elements(m.operations) AS one
        WHERE (one.value -> 'operation' ->> 'sequence')::integer = w.sequence
    ) o ON true
    WHERE w.id = r.work_order_id;
UPDATE production_report SET cycle_seconds = coalesce(cycle_seconds, 0), quantity_per_cycle = coalesce(quantity_per_cycle, 1);
ALTER TABLE production_report
    ALTER COLUMN work_center_id SET NOT NULL,
    ALTER COLUMN cycle_seconds SET NOT NULL,
    ALTER COLUMN quantity_per_cycle SET NOT NULL,
    ADD CONSTRAINT production_report_cycle CHECK (cycle_seconds >= 0 AND quantity_per_cycle > 0);
CREATE INDEX production_report_at ON production_report (work_center_id, at);

CREATE INDEX time_log_started ON time_log (started_at, id);

-- What was in progress at a work center and is not any more.
CREATE INDEX work_order_closed ON work_order (work_center_id, state_since) WHERE state IN ('finished', 'cancelled');
