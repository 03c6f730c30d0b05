DROP INDEX sales_reservation_lot;
