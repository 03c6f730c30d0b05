-- The days on which a revision may be used; nothing means no limit.
ALTER TABLE bom ADD COLUMN effective_from date;
ALTER TABLE bom ADD COLUMN effective_until date;
ALTER TABLE bom ADD CONSTRAINT bom_effective CHECK (effective_from <= effective_until);
