-- A line of a draft does not move into a validated revision either: a change is looked at from both its sides.

CREATE TRIGGER moved_lines AFTER UPDATE ON bom_line REFERENCING NEW TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION keep_validated_bom_lines();
CREATE TRIGGER moved_by_products AFTER UPDATE ON bom_by_product REFERENCING NEW TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION keep_validated_bom_lines();
