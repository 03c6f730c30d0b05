DROP TABLE setting, number_series, location, warehouse, unit, unit_category;
