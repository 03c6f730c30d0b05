-- For whom a lot lies.
CREATE INDEX sales_reservation_lot ON sales_reservation (lot_id) WHERE lot_id <> '00000000-0000-0000-0000-000000000000';
