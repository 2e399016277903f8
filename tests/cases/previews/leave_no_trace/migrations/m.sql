UPDATE note SET body = body WHERE 0;
INSERT INTO log SELECT 'changes', changes();
DELETE FROM note WHERE random() IS NULL;
INSERT INTO log SELECT 'last_insert_rowid', last_insert_rowid();
