PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, 'id'')', 'id'', tokenize=''trigram'')') WHERE name = 'note_search';
PRAGMA writable_schema = OFF;
