-- Variants: products that follow from a template by one value of each of its attributes (colour, size).

CREATE TABLE attribute (
    id uuid PRIMARY KEY,
    code text NOT NULL UNIQUE,
    name text NOT NULL,
    version bigint NOT NULL DEFAULT 1
);

CREATE TABLE attribute_value (
    id uuid PRIMARY KEY,
    attribute_id uuid NOT NULL REFERENCES attribute ON DELETE CASCADE,
    position integer NOT NULL,
    code text NOT NULL,
    name text NOT NULL,
    -- Looked at when a statement ends, so that two values can change places.
    UNIQUE (attribute_id, code) DEFERRABLE INITIALLY IMMEDIATE
);

GRANT SELECT, INSERT, UPDATE, DELETE ON attribute, attribute_value TO mrp_app;

-- Of a template: the values that it offers, attribute by attribute. Of a variant: its own, one of each attribute,
-- sorted, so that a combination is written in one way. `is_withdrawn` marks what was active until its template stopped
-- to offer one of its values.
ALTER TABLE product
    ADD COLUMN template_id uuid REFERENCES product,
    ADD COLUMN attribute_value_ids uuid[] NOT NULL DEFAULT '{}',
    ADD COLUMN is_withdrawn boolean NOT NULL DEFAULT false,
    ADD COLUMN is_template boolean NOT NULL GENERATED ALWAYS AS (template_id IS NULL AND attribute_value_ids <> '{}') STORED,
    ADD CONSTRAINT product_variant_has_values CHECK (template_id IS NULL OR attribute_value_ids <> '{}'),
    ADD CONSTRAINT product_withdrawn_is_inactive CHECK (NOT (is_withdrawn AND active));
CREATE UNIQUE INDEX product_combination_key ON product (template_id, attribute_value_ids) WHERE template_id IS NOT NULL;
-- Nothing to keep for companies without variants.
CREATE INDEX product_with_values ON product (code, id) WHERE attribute_value_ids <> '{}';

-- The variants that a line belongs to, by values of their template; empty: all of them.
ALTER TABLE bom_line ADD COLUMN applies_to_ids uuid[] NOT NULL DEFAULT '{}';
CREATE INDEX bom_line_selective ON bom_line (bom_id) WHERE applies_to_ids <> '{}';
