-- What is made, of what, and how.

CREATE TABLE product (
    id uuid PRIMARY KEY,
    code text NOT NULL UNIQUE,
    name text NOT NULL,
    product_type text NOT NULL,
    unit_id uuid NOT NULL REFERENCES unit,
    category text NOT NULL DEFAULT '',
    can_be_made boolean NOT NULL,
    can_be_bought boolean NOT NULL,
    can_be_sold boolean NOT NULL,
    standard_cost numeric CHECK (standard_cost >= 0),
    cost_method text NOT NULL,
    selling_price numeric CHECK (selling_price >= 0),
    purchase_lead_days integer NOT NULL CHECK (purchase_lead_days >= 0),
    safety_stock numeric NOT NULL CHECK (safety_stock >= 0),
    tracking text NOT NULL,
    barcode text UNIQUE,
    description text NOT NULL DEFAULT '',
    active boolean NOT NULL DEFAULT true,
    version bigint NOT NULL DEFAULT 1
);
CREATE INDEX product_unit ON product (unit_id);
CREATE INDEX product_name ON product (name, id);

CREATE TABLE routing (
    id uuid PRIMARY KEY,
    code text NOT NULL UNIQUE,
    name text NOT NULL,
    active boolean NOT NULL DEFAULT true,
    version bigint NOT NULL DEFAULT 1
);

CREATE TABLE routing_operation (
    id uuid PRIMARY KEY,
    routing_id uuid NOT NULL REFERENCES routing ON DELETE CASCADE,
    sequence integer NOT NULL CHECK (sequence > 0),
    name text NOT NULL,
    work_center_id uuid NOT NULL REFERENCES work_center,
    setup_seconds integer NOT NULL CHECK (setup_seconds >= 0),
    cycle_seconds integer NOT NULL CHECK (cycle_seconds >= 0),
    quantity_per_cycle numeric NOT NULL CHECK (quantity_per_cycle > 0),
    cleanup_seconds integer NOT NULL CHECK (cleanup_seconds >= 0),
    staff_needed integer NOT NULL CHECK (staff_needed BETWEEN 1 AND 100),
    predecessors integer[],
    overlap_quantity numeric CHECK (overlap_quantity > 0),
    instructions text NOT NULL DEFAULT '',
    UNIQUE (routing_id, sequence)
);
CREATE INDEX routing_operation_work_center ON routing_operation (work_center_id);

CREATE TABLE bom (
    id uuid PRIMARY KEY,
    code text NOT NULL,
    revision integer NOT NULL CHECK (revision > 0),
    product_id uuid NOT NULL REFERENCES product,
    quantity_per_run numeric NOT NULL CHECK (quantity_per_run > 0),
    unit_id uuid NOT NULL REFERENCES unit,
    routing_id uuid REFERENCES routing,
    bom_type text NOT NULL,
    consumption_mode text NOT NULL,
    state text NOT NULL,
    validated_by uuid REFERENCES user_account,
    validated_at timestamptz,
    version bigint NOT NULL DEFAULT 1,
    UNIQUE (code, revision)
);
CREATE INDEX bom_product ON bom (product_id, state);
CREATE INDEX bom_routing ON bom (routing_id);

CREATE TABLE bom_line (
    id uuid PRIMARY KEY,
    bom_id uuid NOT NULL REFERENCES bom ON DELETE CASCADE,
    position integer NOT NULL,
    component_id uuid NOT NULL REFERENCES product,
    quantity numeric NOT NULL CHECK (quantity > 0),
    unit_id uuid NOT NULL REFERENCES unit,
    operation_sequence integer,
    loss_percent numeric NOT NULL DEFAULT 0 CHECK (loss_percent >= 0 AND loss_percent < 100),
    is_fixed boolean NOT NULL DEFAULT false,
    note text NOT NULL DEFAULT '',
    UNIQUE (bom_id, position)
);
CREATE INDEX bom_line_component ON bom_line (component_id);

GRANT SELECT, INSERT, UPDATE, DELETE ON product, routing, routing_operation, bom, bom_line TO mrp_app;
