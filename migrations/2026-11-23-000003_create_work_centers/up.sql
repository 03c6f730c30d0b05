-- When the shop works, and where.

CREATE TABLE work_schedule (
    id uuid PRIMARY KEY,
    name text NOT NULL UNIQUE,
    zone text NOT NULL,
    is_default boolean NOT NULL DEFAULT false,
    valid_from date,
    valid_until date,
    -- The weekly shifts with their breaks: one value, always read and written whole.
    shifts jsonb NOT NULL,
    version bigint NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX work_schedule_one_default ON work_schedule (is_default) WHERE is_default;

CREATE TABLE work_center (
    id uuid PRIMARY KEY,
    code text NOT NULL UNIQUE,
    name text NOT NULL,
    kind text NOT NULL,
    capacity integer NOT NULL CHECK (capacity >= 1),
    efficiency_percent numeric NOT NULL CHECK (efficiency_percent > 0),
    costs_hour numeric CHECK (costs_hour >= 0),
    labour_cost_hour numeric CHECK (labour_cost_hour >= 0),
    work_schedule_id uuid REFERENCES work_schedule,
    setup_seconds integer NOT NULL CHECK (setup_seconds >= 0),
    cleanup_seconds integer NOT NULL CHECK (cleanup_seconds >= 0),
    oee_target_percent numeric CHECK (oee_target_percent BETWEEN 0 AND 100),
    alternative_ids uuid[] NOT NULL DEFAULT '{}',
    description text NOT NULL DEFAULT '',
    active boolean NOT NULL DEFAULT true,
    version bigint NOT NULL DEFAULT 1
);
CREATE INDEX work_center_schedule ON work_center (work_schedule_id);

CREATE TABLE shop_closure (
    id uuid PRIMARY KEY,
    kind text NOT NULL,
    date_from date NOT NULL,
    date_until date NOT NULL,
    time_from time,
    time_until time,
    work_center_id uuid REFERENCES work_center ON DELETE CASCADE,
    reason text NOT NULL,
    version bigint NOT NULL DEFAULT 1,
    CHECK (date_from <= date_until),
    CHECK ((time_from IS NULL) = (time_until IS NULL))
);
CREATE INDEX shop_closure_dates ON shop_closure (date_until, date_from);

GRANT SELECT, INSERT, UPDATE, DELETE ON work_schedule, work_center, shop_closure TO mrp_app;
