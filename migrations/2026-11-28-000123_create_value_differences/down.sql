-- The stock is worth again what the ledger says.
UPDATE product_valuation v SET value = v.value + d.value
    FROM (SELECT product_id, sum(value) AS value FROM stock_value_difference WHERE kind = 'revaluation' GROUP BY product_id) d
    WHERE d.product_id = v.product_id AND v.quantity > 0;
DROP TABLE stock_value_difference;
