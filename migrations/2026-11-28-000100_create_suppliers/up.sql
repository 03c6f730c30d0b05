-- Who sells to the company, and for how much.

CREATE TABLE supplier (
    id uuid PRIMARY KEY,
    code text NOT NULL UNIQUE,
    name text NOT NULL,
    email text NOT NULL DEFAULT '',
    lead_days integer NOT NULL DEFAULT 0 CHECK (lead_days >= 0),
    -- How much more than ordered may be received.
    over_receipt_percent numeric NOT NULL DEFAULT 0 CHECK (over_receipt_percent BETWEEN 0 AND 100),
    note text NOT NULL DEFAULT '',
    active boolean NOT NULL DEFAULT true,
    version bigint NOT NULL DEFAULT 1
);

CREATE TABLE supplier_price (
    id uuid PRIMARY KEY,
    product_id uuid NOT NULL REFERENCES product ON DELETE CASCADE,
    supplier_id uuid NOT NULL REFERENCES supplier ON DELETE CASCADE,
    supplier_article text NOT NULL DEFAULT '',
    -- The unit that he sells in.
    unit_id uuid NOT NULL REFERENCES unit,
    price numeric CHECK (price >= 0),
    min_quantity numeric NOT NULL DEFAULT 0 CHECK (min_quantity >= 0),
    order_multiple numeric NOT NULL DEFAULT 0 CHECK (order_multiple >= 0),
    -- Absent: the supplier's.
    lead_days integer CHECK (lead_days >= 0),
    valid_from date,
    valid_until date,
    -- The one with the lowest rank is preferred.
    rank integer NOT NULL DEFAULT 1 CHECK (rank BETWEEN 1 AND 100),
    version bigint NOT NULL DEFAULT 1,
    CHECK (valid_until >= valid_from),
    CONSTRAINT supplier_price_supplier_id_key
        UNIQUE NULLS NOT DISTINCT (product_id, supplier_id, min_quantity, valid_from)
);
CREATE INDEX supplier_price_supplier ON supplier_price (supplier_id);
CREATE INDEX supplier_price_unit ON supplier_price (unit_id);

GRANT SELECT, INSERT, UPDATE, DELETE ON supplier, supplier_price TO mrp_app;
