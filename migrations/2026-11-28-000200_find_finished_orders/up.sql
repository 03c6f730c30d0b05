-- What orders that are done cost is read the latest first.
CREATE INDEX manufacturing_order_finished ON manufacturing_order (finished_at, id) WHERE finished_at IS NOT NULL;
