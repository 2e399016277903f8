SAVEPOINT a;
UPDATE note SET body = 'x' WHERE id = 1;
SAVEPOINT b;
DELETE FROM note;
ROLLBACK TO b;
RELEASE b;
INSERT INTO applied VALUES ('m', unixepoch());
RELEASE a;
