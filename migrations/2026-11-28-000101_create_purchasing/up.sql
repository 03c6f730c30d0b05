-- Purchase requests, requests for quotation, purchase orders, and what came in for them.

CREATE TABLE request_for_quotation (
    id uuid PRIMARY KEY,
    number text NOT NULL UNIQUE,
    state text NOT NULL,
    answer_by date,
    note text NOT NULL DEFAULT '',
    sent_at timestamptz,
    created_by uuid NOT NULL REFERENCES user_account,
    created_at timestamptz NOT NULL,
    version bigint NOT NULL DEFAULT 1
);
CREATE INDEX request_for_quotation_at ON request_for_quotation (created_at, id);

CREATE TABLE request_for_quotation_line (
    id uuid PRIMARY KEY,
    request_for_quotation_id uuid NOT NULL REFERENCES request_for_quotation ON DELETE CASCADE,
    position integer NOT NULL,
    product_id uuid NOT NULL REFERENCES product,
    -- In the product's unit.
    quantity numeric NOT NULL CHECK (quantity > 0),
    needed_on date
);
CREATE INDEX request_for_quotation_line_of ON request_for_quotation_line (request_for_quotation_id, position);
CREATE INDEX request_for_quotation_line_product ON request_for_quotation_line (product_id);

-- One supplier asked for one line; without a price he has not answered.
CREATE TABLE offer (
    id uuid PRIMARY KEY,
    request_for_quotation_line_id uuid NOT NULL REFERENCES request_for_quotation_line ON DELETE CASCADE,
    supplier_id uuid NOT NULL REFERENCES supplier,
    unit_id uuid NOT NULL REFERENCES unit,
    price numeric CHECK (price >= 0),
    min_quantity numeric NOT NULL DEFAULT 0 CHECK (min_quantity >= 0),
    order_multiple numeric NOT NULL DEFAULT 0 CHECK (order_multiple >= 0),
    lead_days integer NOT NULL DEFAULT 0 CHECK (lead_days >= 0),
    valid_until date,
    note text NOT NULL DEFAULT '',
    is_chosen boolean NOT NULL DEFAULT false,
    CONSTRAINT offer_supplier_id_key UNIQUE (request_for_quotation_line_id, supplier_id)
);
CREATE INDEX offer_supplier ON offer (supplier_id);
CREATE UNIQUE INDEX offer_one_chosen ON offer (request_for_quotation_line_id) WHERE is_chosen;

CREATE TABLE purchase_order (
    id uuid PRIMARY KEY,
    number text NOT NULL UNIQUE,
    state text NOT NULL,
    supplier_id uuid NOT NULL REFERENCES supplier,
    -- Where the goods go.
    warehouse_id uuid NOT NULL REFERENCES warehouse,
    request_for_quotation_id uuid REFERENCES request_for_quotation,
    expected_on date,
    note text NOT NULL DEFAULT '',
    ordered_at timestamptz,
    created_by uuid NOT NULL REFERENCES user_account,
    created_at timestamptz NOT NULL,
    version bigint NOT NULL DEFAULT 1
);
CREATE INDEX purchase_order_at ON purchase_order (created_at, id);
CREATE INDEX purchase_order_supplier ON purchase_order (supplier_id);
CREATE INDEX purchase_order_quotation ON purchase_order (request_for_quotation_id)
    WHERE request_for_quotation_id IS NOT NULL;

CREATE TABLE purchase_order_line (
    id uuid PRIMARY KEY,
    purchase_order_id uuid NOT NULL REFERENCES purchase_order ON DELETE CASCADE,
    position integer NOT NULL,
    product_id uuid NOT NULL REFERENCES product,
    unit_id uuid NOT NULL REFERENCES unit,
    -- In the unit of the line, as the supplier sells it.
    quantity numeric NOT NULL CHECK (quantity > 0),
    -- Both in the product's unit.
    qty_ordered numeric NOT NULL CHECK (qty_ordered > 0),
    qty_received numeric NOT NULL DEFAULT 0 CHECK (qty_received >= 0),
    -- Of one of the unit of the line.
    price numeric CHECK (price >= 0),
    -- Absent: as the order says.
    expected_on date
);
CREATE INDEX purchase_order_line_of ON purchase_order_line (purchase_order_id, position);
CREATE INDEX purchase_order_line_product ON purchase_order_line (product_id);

CREATE TABLE purchase_request (
    id uuid PRIMARY KEY,
    number text NOT NULL UNIQUE,
    -- The order that lacks the goods; none when somebody asked by hand.
    manufacturing_order_id uuid REFERENCES manufacturing_order,
    note text NOT NULL DEFAULT '',
    is_cancelled boolean NOT NULL DEFAULT false,
    created_by uuid NOT NULL REFERENCES user_account,
    created_at timestamptz NOT NULL,
    version bigint NOT NULL DEFAULT 1
);
CREATE INDEX purchase_request_at ON purchase_request (created_at, id);
CREATE INDEX purchase_request_order ON purchase_request (manufacturing_order_id)
    WHERE manufacturing_order_id IS NOT NULL;

CREATE TABLE purchase_request_line (
    id uuid PRIMARY KEY,
    purchase_request_id uuid NOT NULL REFERENCES purchase_request ON DELETE CASCADE,
    position integer NOT NULL,
    product_id uuid NOT NULL REFERENCES product,
    -- Both in the product's unit.
    quantity numeric NOT NULL CHECK (quantity > 0),
    qty_received numeric NOT NULL DEFAULT 0 CHECK (qty_received BETWEEN 0 AND quantity),
    needed_on date,
    -- The component that it is for.
    material_line_id uuid REFERENCES material_line ON DELETE SET NULL,
    request_for_quotation_line_id uuid REFERENCES request_for_quotation_line ON DELETE SET NULL,
    purchase_order_line_id uuid REFERENCES purchase_order_line ON DELETE SET NULL
);
CREATE INDEX purchase_request_line_of ON purchase_request_line (purchase_request_id, position);
CREATE INDEX purchase_request_line_product ON purchase_request_line (product_id);
CREATE INDEX purchase_request_line_material ON purchase_request_line (material_line_id)
    WHERE material_line_id IS NOT NULL;
CREATE INDEX purchase_request_line_quotation ON purchase_request_line (request_for_quotation_line_id)
    WHERE request_for_quotation_line_id IS NOT NULL;
CREATE INDEX purchase_request_line_ordered ON purchase_request_line (purchase_order_line_id)
    WHERE purchase_order_line_id IS NOT NULL;

-- For which line of a purchase order goods came in. Append only, like the moves.
CREATE TABLE purchase_receipt (
    stock_move_id uuid PRIMARY KEY REFERENCES stock_move,
    purchase_order_line_id uuid NOT NULL REFERENCES purchase_order_line
);
CREATE INDEX purchase_receipt_line ON purchase_receipt (purchase_order_line_id);

-- Where a line of a request stands, and how much of it is still on its way. What is not on its way any more may be
-- asked for again.
CREATE VIEW purchase_request_line_progress AS
SELECT l.id, l.purchase_request_id, l.material_line_id, o.id AS purchase_order_id, q.id AS request_for_quotation_id,
    CASE
        WHEN l.qty_received >= l.quantity OR o.state = 'received' THEN 'received'
        WHEN r.is_cancelled OR o.state = 'cancelled' OR (o.id IS NULL AND q.state = 'cancelled') THEN 'cancelled'
        WHEN o.state IN ('ordered', 'partly_received') THEN 'ordered'
        WHEN o.id IS NOT NULL OR q.id IS NOT NULL THEN 'quoting'
        ELSE 'open'
    END AS state,
    CASE
        WHEN r.is_cancelled OR o.state IN ('received', 'cancelled') OR (o.id IS NULL AND q.state = 'cancelled') THEN 0
        ELSE l.quantity - l.qty_received
    END AS qty_open
FROM purchase_request_line l
JOIN purchase_request r ON r.id = l.purchase_request_id
LEFT JOIN purchase_order_line ol ON ol.id = l.purchase_order_line_id
LEFT JOIN purchase_order o ON o.id = ol.purchase_order_id
LEFT JOIN request_for_quotation_line ql ON ql.id = l.request_for_quotation_line_id
LEFT JOIN request_for_quotation q ON q.id = ql.request_for_quotation_id;

INSERT INTO number_series (kind, prefix, padding) VALUES
    ('purchase_request', 'PR-{year}-', 5),
    ('request_for_quotation', 'RFQ-{year}-', 5),
    ('purchase_order', 'PO-{year}-', 5);

GRANT SELECT, INSERT, UPDATE, DELETE ON request_for_quotation, request_for_quotation_line, offer, purchase_order,
    purchase_order_line, purchase_request, purchase_request_line TO mrp_app;
GRANT SELECT, INSERT ON purchase_receipt TO mrp_app;
GRANT SELECT ON purchase_request_line_progress TO mrp_app;
