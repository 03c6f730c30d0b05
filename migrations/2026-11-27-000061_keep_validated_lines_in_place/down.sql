DROP TRIGGER moved_by_products ON bom_by_product;
DROP TRIGGER moved_lines ON bom_line;
