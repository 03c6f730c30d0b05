-- Whoever asks for goods may say whom they are best bought from.
ALTER TABLE purchase_request_line ADD COLUMN supplier_id uuid REFERENCES supplier;
CREATE INDEX purchase_request_line_supplier ON purchase_request_line (supplier_id) WHERE supplier_id IS NOT NULL;
