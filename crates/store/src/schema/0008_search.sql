-- Search in the order of time, and lists in the order of scores. What is kept is indexed anew after this step (engine.rs).

DROP TABLE search_text; -- sqlite
DROP TABLE search_piece;

-- Grows with the instant of the conversation: what was said is found newest first without sorting. -- sqlite
CREATE TABLE search_place (id INTEGER PRIMARY KEY, conversation_id BLOB NOT NULL UNIQUE); -- sqlite
CREATE VIRTUAL TABLE search_text USING fts5 (tokens, content = '', contentless_delete = 1, tokenize = 'ascii', detail = full); -- sqlite

CREATE TABLE search_text (conversation_id UUID PRIMARY KEY, grams INTEGER[] NOT NULL, words TEXT NOT NULL); -- postgres
CREATE INDEX search_text_grams ON search_text USING GIN (grams) WITH (fastupdate = on, gin_pending_list_limit = 16384); -- postgres

-- Before a call is judged it has no scores, so that calls that come in do not pay for these.
CREATE INDEX conversation_risk ON conversation (risk, id) WHERE risk IS NOT NULL;
CREATE INDEX conversation_compliance ON conversation (compliance, id) WHERE compliance IS NOT NULL;
CREATE INDEX conversation_experience ON conversation (experience, id) WHERE experience IS NOT NULL;
CREATE INDEX conversation_duration ON conversation (duration_ms, id);
