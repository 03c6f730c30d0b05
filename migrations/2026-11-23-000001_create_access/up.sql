-- People, their sessions, and the records that every change leaves behind.

DO $$ BEGIN
    CREATE ROLE mrp_app NOLOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$;
GRANT mrp_app TO CURRENT_USER;
GRANT USAGE ON SCHEMA public TO mrp_app;

CREATE TABLE user_account (
    id uuid PRIMARY KEY,
    login text NOT NULL,
    name text NOT NULL,
    role text NOT NULL,
    language text NOT NULL,
    hourly_rate numeric CHECK (hourly_rate >= 0),
    password_hash text,
    active boolean NOT NULL DEFAULT true,
    version bigint NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX user_account_login_key ON user_account (lower(login));

CREATE TABLE session (
    token_hash bytea PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES user_account ON DELETE CASCADE,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX session_user_id ON session (user_id);

-- The answer to each request that changed something, so that a retry gets the same answer.
CREATE TABLE idempotency_key (
    user_id uuid NOT NULL,
    key text NOT NULL,
    request_hash bytea NOT NULL,
    status smallint NOT NULL,
    body text NOT NULL,
    version bigint,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (user_id, key)
);
CREATE INDEX idempotency_key_created_at ON idempotency_key USING brin (created_at);

-- What changed, for live screens. Read in the order of the transactions' numbers, up to the oldest one still running:
-- row numbers alone can be overtaken, and a reader would skip a change.
CREATE TABLE outbox (
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    seq bigint GENERATED ALWAYS AS IDENTITY,
    entity text NOT NULL,
    entity_id uuid NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (xid, seq)
);

-- Who did what. Rows of one record are chained by hash; the app may only add.
CREATE TABLE audit_log (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL,
    user_id uuid NOT NULL,
    action text NOT NULL,
    entity text NOT NULL,
    entity_id uuid NOT NULL,
    detail text NOT NULL,
    request_id text NOT NULL,
    hash bytea NOT NULL
);
CREATE INDEX audit_log_entity ON audit_log (entity_id, seq);

GRANT SELECT, INSERT, UPDATE, DELETE ON user_account, session, idempotency_key TO mrp_app;
GRANT SELECT, INSERT, DELETE ON outbox TO mrp_app;
GRANT SELECT, INSERT ON audit_log TO mrp_app;
