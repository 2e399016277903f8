PRAGMA journal_mode = OFF;
SAVEPOINT s;
UPDATE note SET body = 'zz';
ROLLBACK TO s;
RELEASE s;
