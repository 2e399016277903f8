-- Somebody meant it: a warning.
UPDATE sqlite_sequence SET seq = 4 WHERE name = 'ticket';
