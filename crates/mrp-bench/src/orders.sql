-- $1 orders in every state, deadlines two months to both sides of today. The same every time but for today.
INSERT INTO manufacturing_order (
    id, number, state, availability, product_id, quantity, bom_id, routing_id, consumption_mode, date_deadline,
    planned_start, scheduled_start, scheduled_finish, finished_at, components_warehouse_id,
    finished_products_warehouse_id, priority, responsible_id, qty_done, planned_seconds, finished_seconds,
    created_by, created_at
)
SELECT
    ('01930000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid,
    'L-' || lpad(n::text, 6, '0'),
    made.state,
    CASE
        WHEN made.state IN ('draft', 'cancelled') THEN 'not_checked'
        WHEN made.state = 'done' THEN 'issued'
        WHEN n % 7 = 0 THEN 'missing'
        WHEN n % 5 = 0 THEN 'partial'
        ELSE 'reserved'
    END,
    bom.product_id,
    1 + n % 200,
    bom.id,
    bom.routing_id,
    bom.consumption_mode,
    deadline,
    deadline - interval '14 days',
    CASE WHEN made.state IN ('planned', 'in_progress', 'done') THEN deadline - interval '9 days' END,
    CASE WHEN made.state IN ('planned', 'in_progress', 'done') THEN deadline + (n % 9 - 6) * interval '1 day' END,
    CASE WHEN made.state = 'done' THEN deadline - interval '1 day' END,
    warehouse.id,
    warehouse.id,
    n % 4,
    person.id,
    CASE WHEN made.state = 'done' THEN 1 + n % 200 ELSE 0 END,
    28800,
    CASE made.state WHEN 'done' THEN 28800 WHEN 'in_progress' THEN 14400 ELSE 0 END,
    person.id,
    deadline - interval '20 days'
FROM generate_series(1, $1) AS n
CROSS JOIN LATERAL (
    SELECT
        (ARRAY[
            'draft', 'draft', 'confirmed', 'confirmed', 'confirmed', 'planned', 'planned', 'planned', 'in_progress',
            'in_progress', 'done', 'done', 'done', 'done', 'done', 'done', 'done', 'done', 'done', 'cancelled'
        ])[1 + n * 7 % 20] AS state,
        date_trunc('day', now()) + (n * 7919 % 172800 - 86400) * interval '1 minute' AS deadline
) AS made
JOIN (SELECT *, row_number() OVER (ORDER BY code) - 1 AS place FROM bom) AS bom
    ON bom.place = n % (SELECT count(*) FROM bom)
CROSS JOIN (SELECT id FROM warehouse ORDER BY code LIMIT 1) AS warehouse
JOIN (SELECT id, row_number() OVER (ORDER BY login) - 1 AS place FROM user_account) AS person
    ON person.place = n % (SELECT count(*) FROM user_account)
