-- Rule packs that the house has made its own. Every version is kept with all of its files; nothing is overwritten.
CREATE TABLE rule_version (
    id UUID PRIMARY KEY,
    -- The pack's id.
    pack TEXT NOT NULL,
    -- Counts the pack's versions from 1; what ships is 0 and stands in the program.
    number BIGINT NOT NULL,
    -- Counts all that was ever published: the last one names what counts.
    release BIGINT NOT NULL UNIQUE,
    -- JSON: names and texts.
    files TEXT NOT NULL,
    -- Over the digests of its rules.
    digest TEXT NOT NULL,
    note TEXT NOT NULL,
    -- Who wrote it, and who let it count: their names then.
    written_by TEXT NOT NULL,
    published_by TEXT NOT NULL,
    published_at BIGINT NOT NULL,
    -- Whether calls that were judged before are judged again.
    again BOOLEAN NOT NULL,
    -- What stood beside judgements before and after.
    rules_before TEXT NOT NULL,
    rules_after TEXT NOT NULL,
    UNIQUE (pack, number)
);

-- What is being written: one draft a pack.
CREATE TABLE rule_draft (
    pack TEXT PRIMARY KEY,
    -- The version that it began with.
    based_on BIGINT NOT NULL,
    files TEXT NOT NULL,
    written_by TEXT NOT NULL,
    written_at BIGINT NOT NULL,
    revision BIGINT NOT NULL
);
