DROP TABLE bom_line, bom, routing_operation, routing, product;
