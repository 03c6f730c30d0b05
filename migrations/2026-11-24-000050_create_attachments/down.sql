ALTER TABLE routing_operation DROP CONSTRAINT routing_operation_routing_id_sequence_key;
ALTER TABLE routing_operation ADD CONSTRAINT routing_operation_routing_id_sequence_key UNIQUE (routing_id, sequence);
DROP TABLE attachment_content;
DROP TABLE attachment;
