-- The role mrp_app belongs to the whole cluster and stays.
DROP TABLE audit_log, outbox, idempotency_key, session, user_account;
REVOKE USAGE ON SCHEMA public FROM mrp_app;
