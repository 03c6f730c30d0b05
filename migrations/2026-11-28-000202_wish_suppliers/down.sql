DROP INDEX purchase_request_line_supplier;
ALTER TABLE purchase_request_line DROP COLUMN supplier_id;
