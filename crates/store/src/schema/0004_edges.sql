-- A file on its way in. Its bytes lie in the spool until it has been taken.
CREATE TABLE upload (
    id UUID PRIMARY KEY,
    person_id UUID NOT NULL REFERENCES person (id),
    -- The file's name as it was told, without folders.
    name TEXT NOT NULL,
    -- JSON: what else was told of the call.
    told TEXT NOT NULL,
    length BIGINT NOT NULL,
    -- Bytes that are surely on the disk.
    received BIGINT NOT NULL,
    -- receiving, received, taken or refused.
    state TEXT NOT NULL,
    -- JSON: what became of it.
    outcome TEXT,
    created_at BIGINT NOT NULL,
    touched_at BIGINT NOT NULL
);
CREATE INDEX upload_person ON upload (person_id, created_at);
CREATE INDEX upload_state ON upload (state, touched_at);

-- An address that is told what happens. Where it stands in the log of changes is all there is of its queue.
CREATE TABLE webhook (
    id UUID PRIMARY KEY,
    name TEXT NOT NULL,
    url TEXT NOT NULL,
    -- Calls of this project only; none: of the whole house.
    project_id UUID REFERENCES project (id),
    -- JSON: the kinds of changes that it is told.
    kinds TEXT NOT NULL,
    -- What signs. It must be known to sign, so it is kept as it is.
    secret TEXT NOT NULL,
    active BOOLEAN NOT NULL,
    -- The last change that it has been told, or that is none of its business.
    told BIGINT NOT NULL,
    told_at BIGINT,
    attempts BIGINT NOT NULL,
    run_after BIGINT NOT NULL,
    resting BOOLEAN NOT NULL,
    reason TEXT,
    lease_until BIGINT,
    lease_token UUID,
    created_at BIGINT NOT NULL,
    revision BIGINT NOT NULL
);
