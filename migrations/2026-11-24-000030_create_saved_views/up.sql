-- Filters, sort and columns of a list under a name: one's own, or shared with everybody.
CREATE TABLE saved_view (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES user_account ON DELETE CASCADE,
    list text NOT NULL CHECK (list <> ''),
    name text NOT NULL CHECK (name <> ''),
    query text NOT NULL,
    hidden_columns text NOT NULL,
    is_shared boolean NOT NULL,
    version bigint NOT NULL DEFAULT 1,
    UNIQUE (user_id, list, name)
);
CREATE INDEX saved_view_list ON saved_view (list);

GRANT SELECT, INSERT, UPDATE, DELETE ON saved_view TO mrp_app;
