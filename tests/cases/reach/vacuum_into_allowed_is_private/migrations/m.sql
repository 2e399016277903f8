VACUUM INTO 'backup.db';
ATTACH 'backup.db' AS b;
DELETE FROM b.note;
