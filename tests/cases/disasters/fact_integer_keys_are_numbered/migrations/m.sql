-- Fact: under INTEGER PRIMARY KEY the same statement deletes the newest entry.
DELETE FROM journal WHERE id = (SELECT max(id) FROM journal WHERE org = 2);
