DROP INDEX manufacturing_order_routing;
ALTER TABLE routing_operation DROP COLUMN learn_from, DROP COLUMN time_mode;
