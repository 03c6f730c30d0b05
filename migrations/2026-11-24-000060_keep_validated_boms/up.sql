-- A validated revision stays as it is, whoever writes: only its state moves on.

CREATE FUNCTION keep_validated_bom() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'draft' THEN
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'DELETE' OR NEW.state = 'draft'
        OR (to_jsonb(NEW) - '{state,version,validated_by,validated_at,validation_note}'::text[])
            IS DISTINCT FROM (to_jsonb(OLD) - '{state,version,validated_by,validated_at,validation_note}'::text[]) THEN
        RAISE EXCEPTION 'revision % of % is % and stays as it is', OLD.revision, OLD.code, OLD.state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'validated_bom_stays';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER validated_bom_stays BEFORE UPDATE OR DELETE ON bom
    FOR EACH ROW EXECUTE FUNCTION keep_validated_bom();

-- One look for all lines of a statement. Lines of a revision that is being removed have none to look at.
CREATE FUNCTION keep_validated_bom_lines() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    found text;
BEGIN
    SELECT b.code INTO found FROM (SELECT DISTINCT bom_id FROM touched) t JOIN bom b ON b.id = t.bom_id
        WHERE b.state <> 'draft' LIMIT 1;
    IF found IS NOT NULL THEN
        RAISE EXCEPTION 'a revision of % is validated and stays as it is', found
            USING ERRCODE = 'check_violation', CONSTRAINT = 'validated_bom_stays';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER added_lines AFTER INSERT ON bom_line REFERENCING NEW TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION keep_validated_bom_lines();
CREATE TRIGGER changed_lines AFTER UPDATE ON bom_line REFERENCING OLD TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION keep_validated_bom_lines();
CREATE TRIGGER removed_lines AFTER DELETE ON bom_line REFERENCING OLD TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION keep_validated_bom_lines();
CREATE TRIGGER added_by_products AFTER INSERT ON bom_by_product REFERENCING NEW TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION keep_validated_bom_lines();
CREATE TRIGGER changed_by_products AFTER UPDATE ON bom_by_product REFERENCING OLD TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION keep_validated_bom_lines();
CREATE TRIGGER removed_by_products AFTER DELETE ON bom_by_product REFERENCING OLD TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION keep_validated_bom_lines();
