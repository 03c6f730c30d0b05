DROP TABLE production_report, time_log, work_order, order_change, material_line, manufacturing_order;
