-- The views of the list of orders, each in the order that it is shown in: nothing has to be sorted to fill a page.
CREATE INDEX manufacturing_order_open ON manufacturing_order (coalesce(date_deadline, 'infinity'::timestamptz), id)
    WHERE state NOT IN ('done', 'cancelled');
CREATE INDEX manufacturing_order_short ON manufacturing_order (coalesce(date_deadline, 'infinity'::timestamptz), id)
    WHERE state IN ('confirmed', 'planned', 'in_progress') AND availability IN ('partial', 'missing');
DROP INDEX manufacturing_order_product;
CREATE INDEX manufacturing_order_product
    ON manufacturing_order (product_id, coalesce(date_deadline, 'infinity'::timestamptz), id);
