-- Nobody meant the sequence of the tickets.
BEGIN;
CREATE TABLE ticket_new(id INTEGER PRIMARY KEY AUTOINCREMENT, org INTEGER NOT NULL, subject TEXT);
INSERT INTO ticket_new SELECT * FROM ticket;
DROP TABLE ticket;
ALTER TABLE ticket_new RENAME TO ticket;
UPDATE sqlite_sequence SET seq = 20 WHERE name = 'visit';
COMMIT;
