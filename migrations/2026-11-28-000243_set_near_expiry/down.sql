ALTER TABLE setting DROP COLUMN near_expiry_days;
