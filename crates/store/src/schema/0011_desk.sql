-- Scorecards as they were when a call was judged on them or they were published: named by their digest, never changed.
CREATE TABLE scorecard (
    digest TEXT PRIMARY KEY,
    -- The card's id.
    card TEXT NOT NULL,
    -- JSON.
    content TEXT NOT NULL
);

-- Versions that the house has published, each with its file as it was written.
CREATE TABLE scorecard_version (
    card TEXT NOT NULL,
    -- Counts the card's versions from 1; what ships is 0 and stands in the program.
    number BIGINT NOT NULL,
    digest TEXT NOT NULL REFERENCES scorecard (digest),
    file TEXT NOT NULL,
    note TEXT NOT NULL,
    -- Who wrote it, and who let it count: their names then.
    written_by TEXT NOT NULL,
    published_by TEXT NOT NULL,
    published_at BIGINT NOT NULL,
    PRIMARY KEY (card, number)
);

-- What is being written: one draft a card.
CREATE TABLE scorecard_draft (
    card TEXT PRIMARY KEY,
    -- The version that it began with.
    based_on BIGINT NOT NULL,
    file TEXT NOT NULL,
    written_by TEXT NOT NULL,
    written_at BIGINT NOT NULL,
    revision BIGINT NOT NULL
);

-- A call judged by a person. Only a draft is written on; what was submitted is followed by another revision.
CREATE TABLE evaluation (
    id UUID NOT NULL,
    revision BIGINT NOT NULL,
    conversation_id UUID NOT NULL REFERENCES conversation (id),
    -- The words that its moments point into, and the judgement that its suggestions come from.
    transcript_id UUID,
    judgement_id UUID,
    agent_id UUID,
    mode TEXT NOT NULL,
    listened_at BIGINT NOT NULL,
    inspector_id UUID NOT NULL REFERENCES person (id),
    card TEXT NOT NULL,
    card_version BIGINT NOT NULL,
    digest TEXT NOT NULL REFERENCES scorecard (digest),
    -- JSON: answers and remarks.
    sheet TEXT NOT NULL,
    -- What its steps come to, to list it by; the steps say it.
    stage TEXT NOT NULL,
    total DOUBLE PRECISION,
    critical DOUBLE PRECISION,
    fatal BIGINT NOT NULL,
    sent_at BIGINT,
    appeal_until BIGINT,
    -- Counts what was written and done.
    changes BIGINT NOT NULL,
    PRIMARY KEY (id, revision)
);
CREATE INDEX evaluation_listened ON evaluation (listened_at, id);
CREATE INDEX evaluation_conversation ON evaluation (conversation_id);
CREATE INDEX evaluation_inspector ON evaluation (inspector_id, listened_at);
-- Nobody has two drafts of one call on one card.
CREATE UNIQUE INDEX evaluation_draft ON evaluation (conversation_id, inspector_id, card) WHERE stage = 'draft';

-- What was done to an evaluation. Nothing is changed or taken out.
CREATE TABLE evaluation_step (
    evaluation_id UUID NOT NULL,
    revision BIGINT NOT NULL,
    -- Counts from 0.
    number BIGINT NOT NULL,
    -- None: the program by itself.
    person_id UUID REFERENCES person (id),
    at BIGINT NOT NULL,
    -- JSON: what, with all that belongs to it.
    act TEXT NOT NULL,
    PRIMARY KEY (evaluation_id, revision, number),
    FOREIGN KEY (evaluation_id, revision) REFERENCES evaluation (id, revision)
);
