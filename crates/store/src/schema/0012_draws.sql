-- Calls drawn to be listened to: who drew, when, of what, by which plan and seed. Nothing of it changes.
CREATE TABLE draw (
    id UUID PRIMARY KEY,
    project_id UUID NOT NULL REFERENCES project (id),
    drawn_by UUID NOT NULL REFERENCES person (id),
    drawn_at BIGINT NOT NULL,
    -- Of calls that began in this time.
    period_from BIGINT NOT NULL,
    period_to BIGINT NOT NULL,
    card TEXT NOT NULL,
    -- Until when they should have been judged.
    due_at BIGINT NOT NULL,
    -- JSON: what was asked for.
    asked TEXT NOT NULL,
    -- JSON: what came of it, with its strata and bounds.
    planned TEXT NOT NULL,
    seed BIGINT NOT NULL,
    -- How many calls it was drawn of, and SHA-256 over their ids.
    population BIGINT NOT NULL,
    population_digest TEXT NOT NULL,
    -- Why it goes beyond the bounds of its project's category, where it does.
    reason TEXT
);
CREATE INDEX draw_project ON draw (project_id, period_from);

CREATE TABLE draw_call (
    draw_id UUID NOT NULL REFERENCES draw (id),
    conversation_id UUID NOT NULL REFERENCES conversation (id),
    stratum TEXT NOT NULL,
    -- The probability with which it was drawn: what it weighs in what is reported is one over it.
    inclusion DOUBLE PRECISION NOT NULL,
    why TEXT NOT NULL,
    PRIMARY KEY (draw_id, conversation_id)
);
CREATE INDEX draw_call_conversation ON draw_call (conversation_id);

-- Who listens to what was drawn. Whether it is done, the evaluations say.
CREATE TABLE draw_seat (
    draw_id UUID NOT NULL REFERENCES draw (id),
    conversation_id UUID NOT NULL REFERENCES conversation (id),
    -- Counts the listeners of a call from 0.
    seat BIGINT NOT NULL,
    -- None: nobody yet.
    inspector_id UUID REFERENCES person (id),
    PRIMARY KEY (draw_id, conversation_id, seat)
);
CREATE INDEX draw_seat_inspector ON draw_seat (inspector_id);
