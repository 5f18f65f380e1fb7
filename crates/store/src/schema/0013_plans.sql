-- Plans by which calls are drawn again and again. One that has ended stays, with what it drew.
CREATE TABLE sampling_plan (
    id UUID PRIMARY KEY,
    project_id UUID NOT NULL REFERENCES project (id),
    name TEXT NOT NULL,
    -- day or week.
    period TEXT NOT NULL,
    -- JSON: what is wished for of each period.
    wishes TEXT NOT NULL,
    -- How many days inspectors have.
    due_days BIGINT NOT NULL,
    -- Days of the project, as 2026-11-23: the periods in which they lie are the first and the last.
    first_day TEXT NOT NULL,
    last_day TEXT,
    paused BOOLEAN NOT NULL,
    ended_at BIGINT,
    made_by UUID NOT NULL REFERENCES person (id),
    made_at BIGINT NOT NULL,
    -- In whose name it draws.
    changed_by UUID NOT NULL REFERENCES person (id),
    changed_at BIGINT NOT NULL,
    revision BIGINT NOT NULL
);
CREATE INDEX sampling_plan_project ON sampling_plan (project_id);

-- What became of each period of a plan. A period is known by its first day: it runs once, whoever runs it.
CREATE TABLE sampling_run (
    plan_id UUID NOT NULL REFERENCES sampling_plan (id),
    first_day TEXT NOT NULL,
    at BIGINT NOT NULL,
    -- drawn, or why nothing was.
    outcome TEXT NOT NULL,
    draw_id UUID REFERENCES draw (id),
    -- JSON: what belongs to it.
    detail TEXT NOT NULL,
    PRIMARY KEY (plan_id, first_day)
);
