-- Fact: SERIAL PRIMARY KEY stores NULL keys in SQLite, so deleting the newest entry by its id deletes nothing.
DELETE FROM journal WHERE id = (SELECT max(id) FROM journal WHERE org = 2);
