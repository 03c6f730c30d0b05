DROP TABLE product_valuation, stock_balance, stock_move, receipt;
