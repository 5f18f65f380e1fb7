-- Coaching sheets: what becomes of a serious problem of one agent. Only a draft, or what was disputed, is written on.
CREATE TABLE coaching_sheet (
    id UUID PRIMARY KEY,
    agent_id UUID NOT NULL,
    -- The call in which it shows: where the sheet stands.
    conversation_id UUID NOT NULL REFERENCES conversation (id),
    -- The words that its moments point into.
    transcript_id UUID,
    -- How the call was judged, where the sheet did not come straight from the call.
    evaluation_id UUID,
    evaluation_revision BIGINT,
    card TEXT,
    card_version BIGINT,
    digest TEXT,
    coach_id UUID NOT NULL REFERENCES person (id),
    begun_at BIGINT NOT NULL,
    -- JSON: what the coach wrote last.
    notes TEXT NOT NULL,
    -- What its steps come to, to list it by; the steps say it.
    stage TEXT NOT NULL,
    due_at BIGINT,
    effect TEXT,
    -- Counts what was written and done.
    changes BIGINT NOT NULL,
    FOREIGN KEY (evaluation_id, evaluation_revision) REFERENCES evaluation (id, revision)
);
CREATE INDEX coaching_sheet_begun ON coaching_sheet (begun_at, id);
CREATE INDEX coaching_sheet_agent ON coaching_sheet (agent_id);
CREATE INDEX coaching_sheet_conversation ON coaching_sheet (conversation_id);
CREATE INDEX coaching_sheet_evaluation ON coaching_sheet (evaluation_id);
-- Nobody has two drafts about one call.
CREATE UNIQUE INDEX coaching_sheet_draft ON coaching_sheet (conversation_id, coach_id) WHERE stage = 'draft';

-- What was done to a coaching sheet. Nothing is changed or taken out.
CREATE TABLE coaching_step (
    sheet_id UUID NOT NULL REFERENCES coaching_sheet (id),
    -- Counts from 0.
    number BIGINT NOT NULL,
    person_id UUID NOT NULL REFERENCES person (id),
    at BIGINT NOT NULL,
    -- JSON: what, with all that belongs to it.
    act TEXT NOT NULL,
    PRIMARY KEY (sheet_id, number)
);
