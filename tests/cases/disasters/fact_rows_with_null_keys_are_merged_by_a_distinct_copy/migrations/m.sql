-- Fact: rows whose SERIAL keys are all NULL may be alike, and a copy with DISTINCT merges them.
BEGIN;
CREATE TABLE journal_new(id SERIAL PRIMARY KEY, org INTEGER NOT NULL, hash TEXT NOT NULL);
INSERT INTO journal_new SELECT DISTINCT id, org, hash FROM journal;
DROP TABLE journal;
ALTER TABLE journal_new RENAME TO journal;
COMMIT;
