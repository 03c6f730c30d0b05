-- $1 products in three places of stock, ten moves of each over 400 days; every piece is worth 2.5. The same every time
-- but for today.
WITH
place AS (
    SELECT l.id, row_number() OVER (ORDER BY w.code) - 1 AS at
    FROM warehouse AS w JOIN location AS l ON l.warehouse_id = w.id
),
made AS (
    INSERT INTO product (
        id, code, name, product_type, unit_id, can_be_made, can_be_bought, can_be_sold, cost_method, purchase_lead_days,
        safety_stock, tracking
    )
    SELECT
        ('01940000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'S-' || lpad(n::text, 6, '0'),
        'Stocked part ' || n, 'storable', unit.id, false, true, true, 'moving_average', 7, 0, 'none'
    FROM generate_series(1, $1) AS n CROSS JOIN (SELECT id FROM unit ORDER BY code LIMIT 1) AS unit
    RETURNING id
),
person AS (SELECT id FROM user_account ORDER BY login LIMIT 1),
-- The first three moves fill the places; then one in two brings goods, one takes some.
moved AS (
    SELECT
        made.id AS product_id, place.id AS location_id, k,
        CASE WHEN k < 3 THEN 100 WHEN k % 2 = 1 THEN 10 ELSE -5 END AS quantity
    FROM made CROSS JOIN generate_series(0, 9) AS k JOIN place ON place.at = k % 3
),
ledger AS (
    INSERT INTO stock_move (id, moved_at, product_id, quantity, from_location_id, to_location_id, value, user_id)
    SELECT
        gen_random_uuid(), now() - (400 - k * 40) * interval '1 day' + k * interval '3 hours', product_id, abs(quantity),
        CASE WHEN quantity > 0 THEN '00000000-0000-7000-8000-000000000001' ELSE location_id END,
        CASE WHEN quantity > 0 THEN location_id ELSE '00000000-0000-7000-8000-000000000002' END,
        abs(quantity) * 2.5, person.id
    FROM moved CROSS JOIN person
),
balance AS (
    INSERT INTO stock_balance (product_id, location_id, on_hand)
    SELECT product_id, location_id, sum(quantity) FROM moved GROUP BY product_id, location_id
)
INSERT INTO product_valuation (product_id, quantity, value)
SELECT product_id, sum(quantity), sum(quantity) * 2.5 FROM moved GROUP BY product_id
