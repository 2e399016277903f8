PRAGMA journal_mode = o;
SAVEPOINT s;
UPDATE note SET body = 'zz';
ROLLBACK TO s;
RELEASE s;
