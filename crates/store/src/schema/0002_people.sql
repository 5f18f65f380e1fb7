CREATE TABLE person (
    id UUID PRIMARY KEY,
    -- What they sign in with, folded to lower case.
    name TEXT NOT NULL UNIQUE,
    display_name TEXT NOT NULL,
    -- argon2id; none: signs in elsewhere.
    password TEXT,
    -- JSON arrays.
    posts TEXT NOT NULL,
    projects TEXT NOT NULL,
    teams TEXT NOT NULL,
    agent_id UUID REFERENCES agent (id),
    disabled BOOLEAN NOT NULL,
    failures BIGINT NOT NULL,
    locked_until BIGINT,
    created_at BIGINT NOT NULL,
    revision BIGINT NOT NULL
);

-- Secrets are kept as their SHA-256: they are long and drawn by chance.
CREATE TABLE session (
    id UUID PRIMARY KEY,
    person_id UUID NOT NULL REFERENCES person (id),
    secret TEXT NOT NULL UNIQUE,
    csrf TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    address TEXT,
    program TEXT
);
CREATE INDEX session_person ON session (person_id);

CREATE TABLE token (
    id UUID PRIMARY KEY,
    person_id UUID NOT NULL REFERENCES person (id),
    name TEXT NOT NULL,
    secret TEXT NOT NULL UNIQUE,
    permissions TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT,
    expires_at BIGINT
);
CREATE INDEX token_person ON token (person_id);

-- Each entry holds the digest of the one before: what is changed, removed or moved, shows.
CREATE TABLE audit (
    sequence BIGINT PRIMARY KEY,
    at BIGINT NOT NULL,
    actor UUID,
    actor_name TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL,
    previous TEXT NOT NULL,
    digest TEXT NOT NULL
);
CREATE INDEX audit_actor ON audit (actor, sequence);
CREATE INDEX audit_action ON audit (action, sequence);
