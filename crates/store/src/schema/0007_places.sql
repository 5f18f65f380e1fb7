-- What people settle of projects and teams. Nothing is deleted: what is archived keeps its calls.
ALTER TABLE project ADD COLUMN archived_at BIGINT;
ALTER TABLE team ADD COLUMN archived_at BIGINT;

-- Names that calls may still carry: what was renamed is found by them.
CREATE TABLE former_name (
    -- project or team.
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    place_id UUID NOT NULL,
    PRIMARY KEY (kind, name)
);

-- What is known of a recording's file. Whether it is as agreed follows from it and from the project's standard.
CREATE TABLE recording_fact (
    conversation_id UUID PRIMARY KEY REFERENCES conversation (id),
    format TEXT NOT NULL,
    channels BIGINT,
    sample_rate BIGINT
);

-- Filters and columns of the list of conversations under a name.
CREATE TABLE saved_view (
    id UUID PRIMARY KEY,
    person_id UUID NOT NULL REFERENCES person (id),
    name TEXT NOT NULL,
    -- JSON: what the address of the list carries.
    choice TEXT NOT NULL,
    -- JSON: the columns shown.
    shown TEXT NOT NULL,
    -- own, team or house.
    shared TEXT NOT NULL,
    team_id UUID REFERENCES team (id),
    revision BIGINT NOT NULL,
    UNIQUE (person_id, name)
);
CREATE INDEX saved_view_shared ON saved_view (shared);
