DROP TABLE stock_move_reason;
