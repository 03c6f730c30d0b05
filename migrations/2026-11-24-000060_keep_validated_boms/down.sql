DROP TRIGGER removed_by_products ON bom_by_product;
DROP TRIGGER changed_by_products ON bom_by_product;
DROP TRIGGER added_by_products ON bom_by_product;
DROP TRIGGER removed_lines ON bom_line;
DROP TRIGGER changed_lines ON bom_line;
DROP TRIGGER added_lines ON bom_line;
DROP FUNCTION keep_validated_bom_lines();
DROP TRIGGER validated_bom_stays ON bom;
DROP FUNCTION keep_validated_bom();
