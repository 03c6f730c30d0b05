-- A lot that was made of $2 lots, each of which was made of $2 lots, and so on, $1 levels deep; the lowest were bought.
WITH
node AS (
    SELECT
        level, place, level < $1 AS is_made, now() - (level + 1) * interval '1 day' AS at,
        ('01950000-0000-7000-8000-' || lpad(to_hex(level * 1048576 + place), 12, '0'))::uuid AS id,
        ('01960000-0000-7000-8000-' || lpad(to_hex((level - 1) * 1048576 + place / $2), 12, '0'))::uuid AS used_by,
        ('01960000-0000-7000-8000-' || lpad(to_hex(level * 1048576 + place), 12, '0'))::uuid AS document_id,
        ('01970000-0000-7000-8000-' || lpad(to_hex(level), 12, '0'))::uuid AS product_id
    FROM (
        WITH RECURSIVE tree AS (
            SELECT 0::bigint AS level, 0::bigint AS place
            UNION ALL
            SELECT tree.level + 1, tree.place * $2 + child
            FROM tree CROSS JOIN generate_series(0, $2 - 1) AS child
            WHERE tree.level < $1
        )
        SELECT level, place FROM tree
    ) AS tree
),
stock AS (
    SELECT w.id AS warehouse_id, l.id AS location_id
    FROM warehouse AS w JOIN location AS l ON l.warehouse_id = w.id ORDER BY w.code LIMIT 1
),
person AS (SELECT id FROM user_account ORDER BY login LIMIT 1),
product AS (
    INSERT INTO product (
        id, code, name, product_type, unit_id, can_be_made, can_be_bought, can_be_sold, cost_method, purchase_lead_days,
        safety_stock, tracking
    )
    SELECT DISTINCT
        node.product_id, 'LOT-' || node.level, 'Level ' || node.level, 'storable', unit.id, node.is_made, NOT node.is_made,
        false, 'moving_average', 7, 0, 'lot'
    FROM node CROSS JOIN (SELECT id FROM unit ORDER BY code LIMIT 1) AS unit
),
lot AS (
    INSERT INTO lot (id, product_id, number, created_at) SELECT id, product_id, 'L' || level || '-' || place, at FROM node
),
manufacturing_order AS (
    INSERT INTO manufacturing_order (
        id, number, state, availability, product_id, quantity, consumption_mode, priority, qty_done, created_by, created_at
    )
    SELECT
        document_id, 'T-' || level || '-' || place, 'done', 'issued', product_id, 1, 'manual', 1, 1, person.id, at
    FROM node CROSS JOIN person WHERE is_made
),
receipt AS (
    INSERT INTO receipt (id, number, warehouse_id, received_at, user_id)
    SELECT document_id, 'TR-' || place, stock.warehouse_id, at, person.id
    FROM node CROSS JOIN stock CROSS JOIN person WHERE NOT is_made
),
came AS (
    INSERT INTO stock_move (
        id, moved_at, product_id, lot_id, quantity, from_location_id, to_location_id, value, user_id,
        manufacturing_order_id, receipt_id
    )
    SELECT
        gen_random_uuid(), at, product_id, node.id, 1,
        CASE WHEN is_made THEN '00000000-0000-7000-8000-000000000003' ELSE '00000000-0000-7000-8000-000000000001' END::uuid,
        location_id, 1, person.id, CASE WHEN is_made THEN document_id END, CASE WHEN NOT is_made THEN document_id END
    FROM node CROSS JOIN stock CROSS JOIN person
)
INSERT INTO stock_move (
    id, moved_at, product_id, lot_id, quantity, from_location_id, to_location_id, value, user_id, manufacturing_order_id
)
SELECT
    gen_random_uuid(), at + interval '1 hour', product_id, node.id, 1, location_id, '00000000-0000-7000-8000-000000000003',
    1, person.id, used_by
FROM node CROSS JOIN stock CROSS JOIN person WHERE level > 0
