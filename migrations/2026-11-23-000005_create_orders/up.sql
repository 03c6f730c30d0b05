-- Manufacturing orders with their components and work orders.

CREATE TABLE manufacturing_order (
    id uuid PRIMARY KEY,
    number text NOT NULL UNIQUE,
    state text NOT NULL,
    availability text NOT NULL,
    product_id uuid NOT NULL REFERENCES product,
    quantity numeric NOT NULL CHECK (quantity > 0),
    bom_id uuid REFERENCES bom,
    routing_id uuid REFERENCES routing,
    consumption_mode text NOT NULL,
    date_deadline timestamptz,
    planned_start timestamptz,
    scheduled_start timestamptz,
    scheduled_finish timestamptz,
    finished_at timestamptz,
    components_warehouse_id uuid REFERENCES warehouse,
    finished_products_warehouse_id uuid REFERENCES warehouse,
    -- 0 low, 1 normal, 2 high, 3 urgent: a number, because orders are sorted by it.
    priority smallint NOT NULL CHECK (priority BETWEEN 0 AND 3),
    responsible_id uuid REFERENCES user_account,
    origin text NOT NULL DEFAULT '',
    notes text NOT NULL DEFAULT '',
    qty_done numeric NOT NULL DEFAULT 0 CHECK (qty_done >= 0),
    qty_scrapped numeric NOT NULL DEFAULT 0 CHECK (qty_scrapped >= 0),
    planned_seconds bigint NOT NULL DEFAULT 0,
    finished_seconds bigint NOT NULL DEFAULT 0,
    -- The order's own copy of its operations with the rates of that day, taken at confirm: one value.
    operations jsonb,
    -- The cost sheet as it was when the order was done: one value.
    cost_sheet jsonb,
    created_by uuid NOT NULL REFERENCES user_account,
    created_at timestamptz NOT NULL,
    version bigint NOT NULL DEFAULT 1
) WITH (fillfactor = 70);
CREATE INDEX manufacturing_order_deadline
    ON manufacturing_order (coalesce(date_deadline, 'infinity'::timestamptz), id);
CREATE INDEX manufacturing_order_state
    ON manufacturing_order (state, coalesce(date_deadline, 'infinity'::timestamptz), id);
CREATE INDEX manufacturing_order_product ON manufacturing_order (product_id);
CREATE INDEX manufacturing_order_bom ON manufacturing_order (bom_id);

CREATE TABLE material_line (
    id uuid PRIMARY KEY,
    manufacturing_order_id uuid NOT NULL REFERENCES manufacturing_order ON DELETE CASCADE,
    position integer NOT NULL,
    product_id uuid NOT NULL REFERENCES product,
    operation_sequence integer,
    qty_planned numeric NOT NULL CHECK (qty_planned >= 0),
    qty_needed numeric NOT NULL CHECK (qty_needed >= 0),
    qty_reserved numeric NOT NULL DEFAULT 0 CHECK (qty_reserved >= 0),
    qty_done numeric NOT NULL DEFAULT 0 CHECK (qty_done >= 0),
    -- Exact need for one piece as a fraction, so that changing the quantity and going back loses nothing.
    per_unit text NOT NULL,
    is_fixed boolean NOT NULL,
    planned_unit_cost numeric,
    actual_cost numeric NOT NULL DEFAULT 0
) WITH (fillfactor = 70);
CREATE INDEX material_line_order ON material_line (manufacturing_order_id, position);
CREATE INDEX material_line_reserved ON material_line (product_id) WHERE qty_reserved > 0;

-- Every change to an active order's components; the app may only add.
CREATE TABLE order_change (
    id uuid PRIMARY KEY,
    manufacturing_order_id uuid NOT NULL REFERENCES manufacturing_order,
    at timestamptz NOT NULL,
    user_id uuid NOT NULL REFERENCES user_account,
    kind text NOT NULL,
    component text NOT NULL,
    old text NOT NULL,
    new text NOT NULL,
    reason text NOT NULL
);
CREATE INDEX order_change_order ON order_change (manufacturing_order_id, at);

CREATE TABLE work_order (
    id uuid PRIMARY KEY,
    number text NOT NULL UNIQUE,
    manufacturing_order_id uuid NOT NULL REFERENCES manufacturing_order ON DELETE CASCADE,
    sequence integer NOT NULL,
    name text NOT NULL,
    work_center_id uuid NOT NULL REFERENCES work_center,
    state text NOT NULL,
    state_since timestamptz NOT NULL,
    quantity numeric NOT NULL CHECK (quantity > 0),
    qty_ready numeric NOT NULL DEFAULT 0 CHECK (qty_ready >= 0),
    qty_done numeric NOT NULL DEFAULT 0 CHECK (qty_done >= 0),
    qty_scrapped numeric NOT NULL DEFAULT 0 CHECK (qty_scrapped >= 0),
    scheduled_start timestamptz,
    scheduled_finish timestamptz,
    planned_seconds bigint NOT NULL,
    operator_ids uuid[] NOT NULL DEFAULT '{}',
    version bigint NOT NULL DEFAULT 1
) WITH (fillfactor = 70);
CREATE INDEX work_order_of ON work_order (manufacturing_order_id, sequence);
CREATE INDEX work_order_open ON work_order (work_center_id, scheduled_start) WHERE state NOT IN ('finished', 'cancelled');
CREATE INDEX work_order_running ON work_order (work_center_id) WHERE state = 'in_progress';
CREATE INDEX work_order_start ON work_order (coalesce(scheduled_start, 'infinity'::timestamptz), id);

-- Who worked when, with the rates of that moment.
CREATE TABLE time_log (
    id uuid PRIMARY KEY,
    work_order_id uuid NOT NULL REFERENCES work_order,
    user_id uuid NOT NULL REFERENCES user_account,
    started_at timestamptz NOT NULL,
    finished_at timestamptz CHECK (finished_at >= started_at),
    stop_reason text NOT NULL DEFAULT '',
    hourly_rate numeric,
    costs_hour numeric
);
CREATE INDEX time_log_work_order ON time_log (work_order_id, started_at);
CREATE UNIQUE INDEX time_log_one_running ON time_log (work_order_id, user_id) WHERE finished_at IS NULL;

CREATE TABLE production_report (
    id uuid PRIMARY KEY,
    work_order_id uuid NOT NULL REFERENCES work_order,
    at timestamptz NOT NULL,
    user_id uuid NOT NULL REFERENCES user_account,
    good numeric NOT NULL CHECK (good >= 0),
    scrap numeric NOT NULL CHECK (scrap >= 0),
    scrap_reason text NOT NULL DEFAULT ''
);
CREATE INDEX production_report_work_order ON production_report (work_order_id, at);

GRANT SELECT, INSERT, UPDATE, DELETE ON manufacturing_order, material_line, work_order, time_log TO mrp_app;
GRANT SELECT, INSERT ON order_change, production_report TO mrp_app;
