-- Instants (…_at, at) are milliseconds of UTC; lengths are in milliseconds.

CREATE TABLE change (
    sequence SERIAL,
    kind TEXT NOT NULL,
    subject UUID NOT NULL,
    at BIGINT NOT NULL
);

CREATE TABLE project (
    id UUID PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    category TEXT,
    client TEXT,
    direction TEXT,
    zone TEXT NOT NULL,
    recording_standard TEXT NOT NULL,
    revision BIGINT NOT NULL
);

CREATE TABLE team (
    id UUID PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    revision BIGINT NOT NULL
);

CREATE TABLE agent (
    id UUID PRIMARY KEY,
    number TEXT NOT NULL UNIQUE,
    name TEXT,
    level TEXT,
    team_id UUID REFERENCES team (id),
    revision BIGINT NOT NULL
);

CREATE TABLE conversation (
    id UUID PRIMARY KEY,
    source TEXT NOT NULL,
    external_id TEXT NOT NULL,
    received_at BIGINT NOT NULL,
    -- When it began; where nobody told, when it came in. Lists go by it.
    at BIGINT NOT NULL,
    started_at BIGINT,
    duration_ms BIGINT NOT NULL,
    project_id UUID REFERENCES project (id),
    team_id UUID REFERENCES team (id),
    agent_id UUID REFERENCES agent (id),
    language TEXT,
    direction TEXT,
    queue TEXT,
    attributes TEXT NOT NULL,
    -- SHA-256 of the recording, and the name it came under.
    recording TEXT,
    recording_name TEXT,
    recording_bytes BIGINT,
    -- What counts today, copied from the current transcript and judgement so that lists need no join.
    state TEXT NOT NULL,
    transcript_id UUID,
    judgement_id UUID,
    compliance DOUBLE PRECISION,
    experience DOUBLE PRECISION,
    risk DOUBLE PRECISION,
    findings BIGINT,
    UNIQUE (source, external_id)
);
CREATE INDEX conversation_at ON conversation (at, id);
CREATE INDEX conversation_project_at ON conversation (project_id, at, id);
CREATE INDEX conversation_team_at ON conversation (team_id, at, id);
CREATE INDEX conversation_agent_at ON conversation (agent_id, at, id);
CREATE INDEX conversation_state_at ON conversation (state, at, id);

CREATE TABLE transcript (
    id UUID PRIMARY KEY,
    conversation_id UUID NOT NULL REFERENCES conversation (id),
    -- SHA-256 of the body: the same words again are no new version.
    digest TEXT NOT NULL,
    engine TEXT,
    model TEXT,
    model_sha256 TEXT,
    made_at BIGINT NOT NULL,
    current_from BIGINT,
    current_to BIGINT,
    body TEXT NOT NULL,
    UNIQUE (conversation_id, digest)
);

CREATE TABLE judgement (
    id UUID PRIMARY KEY,
    conversation_id UUID NOT NULL REFERENCES conversation (id),
    transcript_id UUID NOT NULL REFERENCES transcript (id),
    -- SHA-256 over the digests of all rules that were asked.
    rules TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    current_from BIGINT,
    current_to BIGINT,
    compliance DOUBLE PRECISION NOT NULL,
    experience DOUBLE PRECISION NOT NULL,
    risk DOUBLE PRECISION NOT NULL,
    -- Measures, derivation, what could not be judged.
    body TEXT NOT NULL,
    UNIQUE (transcript_id, rules)
);
CREATE INDEX judgement_conversation ON judgement (conversation_id, made_at);

-- Places, never words (law 1).
CREATE TABLE finding (
    judgement_id UUID NOT NULL REFERENCES judgement (id),
    place BIGINT NOT NULL,
    rule TEXT NOT NULL,
    version TEXT NOT NULL,
    severity TEXT NOT NULL,
    dimension TEXT NOT NULL,
    points DOUBLE PRECISION NOT NULL,
    role TEXT,
    turn BIGINT,
    char_from BIGINT,
    char_to BIGINT,
    start_ms BIGINT,
    end_ms BIGINT,
    value_amount DOUBLE PRECISION,
    value_unit TEXT,
    bound_amount DOUBLE PRECISION,
    bound_unit TEXT,
    PRIMARY KEY (judgement_id, place)
);
CREATE INDEX finding_rule ON finding (rule, judgement_id);

CREATE TABLE work (
    id UUID PRIMARY KEY,
    kind TEXT NOT NULL,
    subject UUID NOT NULL,
    input TEXT NOT NULL,
    priority BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    run_after BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    resting BOOLEAN NOT NULL,
    lease_until BIGINT,
    lease_token UUID,
    reason TEXT,
    -- How long the sound is that it is about: how far behind we are.
    length_ms BIGINT NOT NULL,
    UNIQUE (kind, subject, input)
);
CREATE INDEX work_next ON work (resting, priority, run_after);
CREATE INDEX work_subject ON work (subject);

CREATE TABLE search_piece (
    id SERIAL,
    tokens TSVECTOR NOT NULL, -- postgres
    conversation_id UUID NOT NULL
);
CREATE INDEX search_piece_conversation ON search_piece (conversation_id);
CREATE INDEX search_piece_tokens ON search_piece USING GIN (tokens) WITH (fastupdate = on, gin_pending_list_limit = 16384); -- postgres
CREATE VIRTUAL TABLE search_text USING fts5 (tokens, content = '', contentless_delete = 1, tokenize = 'ascii', detail = full); -- sqlite
