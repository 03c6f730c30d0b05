-- An order that was confirmed before its material is to be reserved waits for that day. Whoever reserves or gives back by
-- hand before then decides for himself: the order waits no more.
ALTER TABLE manufacturing_order ADD COLUMN awaits_reservation boolean NOT NULL DEFAULT false;
CREATE INDEX manufacturing_order_awaits_reservation ON manufacturing_order (planned_start)
    WHERE awaits_reservation AND state IN ('confirmed', 'planned', 'in_progress');

UPDATE manufacturing_order o SET awaits_reservation = true FROM setting s
WHERE s.reservation_rule = 'days_before' AND o.state IN ('confirmed', 'planned', 'in_progress')
AND NOT EXISTS (SELECT FROM material_line l WHERE l.manufacturing_order_id = o.id AND l.qty_reserved > 0)
AND NOT EXISTS (SELECT FROM audit_log a WHERE a.entity_id = o.id AND a.action = 'UnreserveManufacturingOrder');
