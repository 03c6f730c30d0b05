UPDATE stock_balance b SET reserved = b.reserved - r.quantity FROM (SELECT l.product_id, r.lot_id, r.location_id,
    sum(r.quantity) AS quantity FROM sales_reservation r JOIN sales_order_line l ON l.id = r.sales_order_line_id
    GROUP BY l.product_id, r.lot_id, r.location_id) r
WHERE b.product_id = r.product_id AND b.lot_id = r.lot_id AND b.location_id = r.location_id;
DROP TABLE sales_reservation;
