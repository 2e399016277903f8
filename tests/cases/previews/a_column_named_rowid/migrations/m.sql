UPDATE odd SET rowid = rowid || '!' WHERE org = 1;
DELETE FROM odd WHERE oid = 'b';
UPDATE hid SET x = 1 WHERE org = 1;
