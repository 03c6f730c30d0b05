-- Every row of the ledger locked its product and both locations against removal: thirty locks an order, on the rows
-- that all orders share. What was moved into or out of a warehouse has a balance there, and that holds on to product
-- and location already; the self-check asks for both.
ALTER TABLE stock_move
    DROP CONSTRAINT stock_move_product_id_fkey,
    DROP CONSTRAINT stock_move_from_location_id_fkey,
    DROP CONSTRAINT stock_move_to_location_id_fkey;
