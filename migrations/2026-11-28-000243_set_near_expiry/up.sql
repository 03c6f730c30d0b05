-- How many days before its last one a lot counts as near its end.
ALTER TABLE setting ADD COLUMN near_expiry_days integer NOT NULL DEFAULT 30 CHECK (near_expiry_days BETWEEN 0 AND 3650);
