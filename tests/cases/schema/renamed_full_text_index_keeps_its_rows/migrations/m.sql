ALTER TABLE doc RENAME TO doc2;
UPDATE doc2 SET body = 'green' WHERE org = 2;
