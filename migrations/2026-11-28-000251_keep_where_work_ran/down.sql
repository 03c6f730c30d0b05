DROP INDEX work_order_closed;
DROP INDEX time_log_started;
ALTER TABLE production_report DROP COLUMN work_center_id, DROP COLUMN cycle_seconds, DROP COLUMN quantity_per_cycle;
ALTER TABLE time_log DROP COLUMN work_center_id;
