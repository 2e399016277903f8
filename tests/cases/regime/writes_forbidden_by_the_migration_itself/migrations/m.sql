PRAGMA query_only = ON;
UPDATE note SET body = 'x';
