-- What tells two balances of the same amount apart while a list is paged through, without being calculated for each row. It
-- never changes with an amount, so that updates of balances stay within their page.
ALTER TABLE stock_balance ADD COLUMN id uuid NOT NULL
    GENERATED ALWAYS AS (md5(product_id::text || lot_id::text || location_id::text)::uuid) STORED;
