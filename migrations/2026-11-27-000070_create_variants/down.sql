DROP INDEX bom_line_selective;
ALTER TABLE bom_line DROP COLUMN applies_to_ids;
DROP INDEX product_with_values;
DROP INDEX product_combination_key;
ALTER TABLE product
    DROP CONSTRAINT product_withdrawn_is_inactive,
    DROP CONSTRAINT product_variant_has_values,
    DROP COLUMN is_template,
    DROP COLUMN is_withdrawn,
    DROP COLUMN attribute_value_ids,
    DROP COLUMN template_id;
DROP TABLE attribute_value;
DROP TABLE attribute;
