-- What an import did not take: where, why, by whom. It names files and fields, never words of calls.
CREATE TABLE refusal (
    id UUID PRIMARY KEY,
    -- SHA-256 over what was refused and why: the same again is counted.
    digest TEXT NOT NULL UNIQUE,
    times BIGINT NOT NULL,
    first_at BIGINT NOT NULL,
    -- When it was refused last.
    at BIGINT NOT NULL,
    -- recordings, transcripts or calls.
    kind TEXT NOT NULL,
    source TEXT,
    actor UUID,
    actor_name TEXT NOT NULL,
    -- Its name within what was given.
    file TEXT NOT NULL,
    line BIGINT,
    field TEXT,
    reason TEXT NOT NULL,
    advice TEXT
);
CREATE INDEX refusal_at ON refusal (at, id);
