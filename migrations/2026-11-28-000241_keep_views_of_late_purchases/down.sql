UPDATE saved_view SET query = regexp_replace(query, '(^|[?&])due=late(?=&|$)', '\1late=true'), version = version + 1
WHERE list = 'purchase_order' AND query ~ '(^|[?&])due=late(&|$)';
