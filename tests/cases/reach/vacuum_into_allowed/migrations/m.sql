VACUUM INTO 'backup.db';
UPDATE note SET done = 1 WHERE org = 1;
