DROP INDEX work_order_finished;
ALTER TABLE production_report DROP COLUMN work_center_id, DROP COLUMN cycle_seconds, DROP COLUMN quantity_per_cycle;
ALTER TABLE time_log DROP COLUMN work_center_id;
