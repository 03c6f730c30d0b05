-- What goods of a product with a standard cost really cost beyond it, and what a new standard cost did to the stock: the
-- stock itself stays at its standard. Above zero: a loss. Append only.
CREATE TABLE stock_value_difference (
    id uuid PRIMARY KEY,
    at timestamptz NOT NULL,
    product_id uuid NOT NULL REFERENCES product,
    kind text NOT NULL CHECK (kind IN ('price', 'output', 'revaluation')),
    value numeric NOT NULL CHECK (value <> 0),
    receipt_id uuid REFERENCES receipt,
    manufacturing_order_id uuid REFERENCES manufacturing_order,
    -- Absent: the program itself.
    user_id uuid REFERENCES user_account
);
CREATE INDEX stock_value_difference_at ON stock_value_difference (at, id);
CREATE INDEX stock_value_difference_product ON stock_value_difference (product_id, at);

GRANT SELECT, INSERT ON stock_value_difference TO mrp_app;

-- What lies there of products with a standard cost becomes worth it.
INSERT INTO stock_value_difference (id, at, product_id, kind, value)
    SELECT gen_random_uuid(), now(), v.product_id, 'revaluation', v.value - round(v.quantity * p.standard_cost, 2)
    FROM product_valuation v JOIN product p ON p.id = v.product_id
    WHERE p.cost_method = 'standard' AND p.standard_cost IS NOT NULL AND v.quantity > 0
    AND v.value <> round(v.quantity * p.standard_cost, 2);
UPDATE product_valuation v SET value = round(v.quantity * p.standard_cost, 2) FROM product p
    WHERE p.id = v.product_id AND p.cost_method = 'standard' AND p.standard_cost IS NOT NULL AND v.quantity > 0
    AND v.value <> round(v.quantity * p.standard_cost, 2);
