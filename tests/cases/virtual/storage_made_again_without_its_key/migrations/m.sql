BEGIN;
ALTER TABLE note_search_docsize RENAME TO k;
CREATE TABLE note_search_docsize AS SELECT * FROM k;
DROP TABLE k;
COMMIT;
