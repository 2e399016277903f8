PRAGMA recursive_triggers = ON;
UPDATE step SET n = 3 WHERE id = 1;
