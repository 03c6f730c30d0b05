-- What the one who validated a revision wants others to know.
ALTER TABLE bom ADD COLUMN validation_note text NOT NULL DEFAULT '';
