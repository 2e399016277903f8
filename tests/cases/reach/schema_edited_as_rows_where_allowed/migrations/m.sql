PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, 'body TEXT', 'body TEXT NOT NULL') WHERE name = 'note';
PRAGMA writable_schema = RESET;
UPDATE note SET done = 1 WHERE org = 3;
