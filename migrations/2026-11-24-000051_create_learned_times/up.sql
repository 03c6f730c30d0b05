-- How long a cycle takes: as typed, or as the last finished work orders of the operation show.
ALTER TABLE routing_operation
    ADD COLUMN time_mode text NOT NULL DEFAULT 'manual' CHECK (time_mode IN ('manual', 'learned')),
    ADD COLUMN learn_from integer NOT NULL DEFAULT 10 CHECK (learn_from BETWEEN 1 AND 100);

CREATE INDEX manufacturing_order_routing ON manufacturing_order (routing_id);
