ALTER TABLE bom DROP CONSTRAINT bom_effective;
ALTER TABLE bom DROP COLUMN effective_until;
ALTER TABLE bom DROP COLUMN effective_from;
