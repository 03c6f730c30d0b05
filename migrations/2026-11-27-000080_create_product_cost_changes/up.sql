-- Each change of a product's standard cost; the app may only add. What the moving average did is in the ledger.
CREATE TABLE product_cost_change (
    id uuid PRIMARY KEY,
    product_id uuid NOT NULL REFERENCES product ON DELETE CASCADE,
    at timestamptz NOT NULL,
    user_id uuid NOT NULL,
    action text NOT NULL,
    old_cost numeric CHECK (old_cost >= 0),
    new_cost numeric CHECK (new_cost >= 0),
    CHECK (old_cost IS DISTINCT FROM new_cost)
);
CREATE INDEX product_cost_change_product ON product_cost_change (product_id, at, id);

GRANT SELECT, INSERT ON product_cost_change TO mrp_app;

-- What the audit log knows of the time before: most changes of a product left the whole of it there.
DO $$
DECLARE
    entry record;
    told jsonb;
    cost numeric;
    before numeric;
    product uuid;
BEGIN
    FOR entry IN
        SELECT a.* FROM audit_log a JOIN product p ON p.id = a.entity_id
        WHERE a.entity = 'product' AND a.detail LIKE '{%"standard_cost"%}' ORDER BY a.entity_id, a.seq
    LOOP
        IF product IS DISTINCT FROM entry.entity_id THEN
            product := entry.entity_id;
            before := NULL;
        END IF;
        BEGIN
            told := entry.detail::jsonb;
            cost := (told ->> 'standard_cost')::numeric;
        EXCEPTION WHEN data_exception THEN
            CONTINUE;
        END;
        IF cost IS DISTINCT FROM before THEN
            INSERT INTO product_cost_change (id, product_id, at, user_id, action, old_cost, new_cost)
                VALUES (gen_random_uuid(), product, entry.at, entry.user_id, entry.action, before, cost);
            before := cost;
        END IF;
    END LOOP;
END $$;
