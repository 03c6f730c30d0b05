ALTER TABLE stock_move
    ADD CONSTRAINT stock_move_product_id_fkey FOREIGN KEY (product_id) REFERENCES product,
    ADD CONSTRAINT stock_move_from_location_id_fkey FOREIGN KEY (from_location_id) REFERENCES location,
    ADD CONSTRAINT stock_move_to_location_id_fkey FOREIGN KEY (to_location_id) REFERENCES location;
