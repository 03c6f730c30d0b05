-- Which orders need a product: asked from either side, and short enough to be read without the lines themselves.
CREATE INDEX material_line_product ON material_line (product_id, manufacturing_order_id);
