DROP INDEX material_line_product;
