DROP TABLE shop_closure, work_center, work_schedule;
