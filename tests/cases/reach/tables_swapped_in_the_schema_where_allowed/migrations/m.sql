PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM sqlite_schema o WHERE o.type = 'table' AND o.name = CASE sqlite_schema.name WHEN 'memo' THEN 'note' ELSE 'memo' END) WHERE type = 'table' AND name IN ('memo', 'note');
PRAGMA writable_schema = RESET;
