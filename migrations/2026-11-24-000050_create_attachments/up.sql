-- Pictures and documents of a product or of a routing's operation; what is in them stands apart, so that lists do not read it.
CREATE TABLE attachment (
    id uuid PRIMARY KEY,
    product_id uuid REFERENCES product ON DELETE CASCADE,
    operation_id uuid REFERENCES routing_operation ON DELETE CASCADE,
    -- The lowest of its owner comes first; numbers may be left out.
    position integer NOT NULL,
    file_name text NOT NULL CHECK (file_name <> ''),
    content_type text NOT NULL
        CHECK (content_type IN ('image/png', 'image/jpeg', 'image/webp', 'image/gif', 'application/pdf')),
    size_bytes integer NOT NULL CHECK (size_bytes BETWEEN 1 AND 5242880),
    sha256 bytea NOT NULL CHECK (octet_length(sha256) = 32),
    created_by uuid NOT NULL REFERENCES user_account,
    created_at timestamptz NOT NULL,
    version bigint NOT NULL DEFAULT 1,
    CONSTRAINT attachment_has_one_owner CHECK (num_nonnulls(product_id, operation_id) = 1)
);
CREATE INDEX attachment_product ON attachment (product_id, position) WHERE product_id IS NOT NULL;
CREATE INDEX attachment_operation ON attachment (operation_id, position) WHERE operation_id IS NOT NULL;
CREATE INDEX attachment_created_by ON attachment (created_by);

CREATE TABLE attachment_content (
    attachment_id uuid PRIMARY KEY REFERENCES attachment ON DELETE CASCADE,
    bytes bytea NOT NULL CHECK (octet_length(bytes) BETWEEN 1 AND 5242880)
);
-- Pictures and PDF are compressed already.
ALTER TABLE attachment_content ALTER COLUMN bytes SET STORAGE EXTERNAL;

GRANT SELECT, INSERT, UPDATE, DELETE ON attachment TO mrp_app;
GRANT SELECT, INSERT, DELETE ON attachment_content TO mrp_app;

-- Operations keep their ids when they change places, so two of them may have the same number for a moment.
ALTER TABLE routing_operation DROP CONSTRAINT routing_operation_routing_id_sequence_key;
ALTER TABLE routing_operation ADD CONSTRAINT routing_operation_routing_id_sequence_key
    UNIQUE (routing_id, sequence) DEFERRABLE INITIALLY IMMEDIATE;
