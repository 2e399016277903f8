-- Fact: the same copy without DISTINCT keeps each of them.
BEGIN;
CREATE TABLE journal_new(id SERIAL PRIMARY KEY, org INTEGER NOT NULL, hash TEXT NOT NULL);
INSERT INTO journal_new SELECT id, org, hash FROM journal;
DROP TABLE journal;
ALTER TABLE journal_new RENAME TO journal;
COMMIT;
