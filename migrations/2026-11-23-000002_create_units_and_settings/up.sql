-- Units, warehouses, numbering and the company's settings.

CREATE TABLE unit_category (
    id uuid PRIMARY KEY,
    name text NOT NULL UNIQUE,
    version bigint NOT NULL DEFAULT 1
);

CREATE TABLE unit (
    id uuid PRIMARY KEY,
    code text NOT NULL UNIQUE,
    name text NOT NULL,
    unit_category_id uuid NOT NULL REFERENCES unit_category,
    ratio_numerator bigint NOT NULL CHECK (ratio_numerator > 0),
    ratio_denominator bigint NOT NULL CHECK (ratio_denominator > 0),
    rounding_step numeric NOT NULL CHECK (rounding_step > 0),
    active boolean NOT NULL DEFAULT true,
    version bigint NOT NULL DEFAULT 1
);
CREATE INDEX unit_category_of ON unit (unit_category_id);

CREATE TABLE warehouse (
    id uuid PRIMARY KEY,
    code text NOT NULL UNIQUE,
    name text NOT NULL,
    active boolean NOT NULL DEFAULT true,
    version bigint NOT NULL DEFAULT 1
);

CREATE TABLE location (
    id uuid PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('internal', 'supplier', 'customer', 'production', 'scrap', 'adjustment')),
    name text NOT NULL,
    warehouse_id uuid UNIQUE REFERENCES warehouse ON DELETE CASCADE,
    CHECK ((kind = 'internal') = (warehouse_id IS NOT NULL))
);
-- One place for each way in and out of the company.
INSERT INTO location (id, kind, name) VALUES
    ('00000000-0000-7000-8000-000000000001', 'supplier', 'Supplier'),
    ('00000000-0000-7000-8000-000000000002', 'customer', 'Customer'),
    ('00000000-0000-7000-8000-000000000003', 'production', 'Production'),
    ('00000000-0000-7000-8000-000000000004', 'scrap', 'Scrap'),
    ('00000000-0000-7000-8000-000000000005', 'adjustment', 'Adjustment');

CREATE TABLE number_series (
    kind text PRIMARY KEY,
    prefix text NOT NULL,
    padding integer NOT NULL CHECK (padding BETWEEN 1 AND 12),
    next_number bigint NOT NULL DEFAULT 1 CHECK (next_number > 0),
    version bigint NOT NULL DEFAULT 1
);
INSERT INTO number_series (kind, prefix, padding) VALUES
    ('manufacturing_order', 'MO-{year}-', 5),
    ('work_order', 'WO-{year}-', 6),
    ('bom', 'BOM-', 5),
    ('routing', 'RO-', 5),
    ('receipt', 'RC-{year}-', 5);

CREATE TABLE setting (
    id boolean PRIMARY KEY DEFAULT true CHECK (id),
    company_name text NOT NULL DEFAULT '',
    zone text NOT NULL DEFAULT 'Europe/Bucharest',
    currency text NOT NULL DEFAULT 'RON',
    language text NOT NULL DEFAULT 'en',
    over_production_percent numeric NOT NULL DEFAULT 0 CHECK (over_production_percent BETWEEN 0 AND 100),
    reservation_rule text NOT NULL DEFAULT 'at_confirm',
    reserve_days_before integer NOT NULL DEFAULT 0 CHECK (reserve_days_before >= 0),
    default_components_warehouse_id uuid REFERENCES warehouse,
    default_finished_products_warehouse_id uuid REFERENCES warehouse,
    -- Grows with every change that moves working hours, so that resolved calendars can be kept in memory.
    calendar_version bigint NOT NULL DEFAULT 1,
    is_demo boolean NOT NULL DEFAULT false,
    version bigint NOT NULL DEFAULT 1
);
INSERT INTO setting DEFAULT VALUES;

GRANT SELECT, INSERT, UPDATE, DELETE ON unit_category, unit, warehouse, location TO mrp_app;
GRANT SELECT, UPDATE ON number_series, setting TO mrp_app;
