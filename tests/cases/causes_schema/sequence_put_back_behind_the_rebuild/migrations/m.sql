-- Near miss: the sequence stands where it stood.
CREATE TABLE ticket_new(id INTEGER PRIMARY KEY AUTOINCREMENT, org INTEGER NOT NULL, subject TEXT);
INSERT INTO ticket_new SELECT id, org, subject FROM ticket;
DROP TABLE ticket;
ALTER TABLE ticket_new RENAME TO ticket;
UPDATE sqlite_sequence SET seq = 5 WHERE name = 'ticket';
