-- What is next of a kind is found without a look at all that waits.
DROP INDEX work_next;
CREATE INDEX work_next ON work (kind, priority, run_after, id) WHERE NOT resting;
