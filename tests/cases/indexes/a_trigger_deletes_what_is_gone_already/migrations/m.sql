-- FTS5 deletes an entry by the row of the content, which is gone.
DELETE FROM note WHERE id = 2;
