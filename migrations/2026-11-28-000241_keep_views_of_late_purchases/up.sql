-- The filter `late` of purchase orders has become one of several days: `due`.
UPDATE saved_view SET query = regexp_replace(query, '(^|[?&])late=true(?=&|$)', '\1due=late'), version = version + 1
WHERE list = 'purchase_order' AND query ~ '(^|[?&])late=true(&|$)';
UPDATE saved_view SET query = regexp_replace(query, '(^|[?&])late=[^&]*&?', '\1'), version = version + 1
WHERE list = 'purchase_order' AND query ~ '(^|[?&])late=';
