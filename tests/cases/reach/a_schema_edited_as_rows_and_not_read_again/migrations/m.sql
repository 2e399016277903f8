PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, 'body TEXT', 'content TEXT') WHERE name = 'note';
