ALTER TABLE bom DROP COLUMN validation_note;
