-- T14: the same rebuild carries the sequence over, and the next ticket gets the number 10.
BEGIN;
CREATE TABLE ticket_new(id INTEGER PRIMARY KEY AUTOINCREMENT, org INTEGER NOT NULL, subject TEXT NOT NULL);
INSERT INTO ticket_new SELECT id, org, subject FROM ticket;
UPDATE sqlite_sequence SET seq = (SELECT seq FROM sqlite_sequence WHERE name = 'ticket') WHERE name = 'ticket_new';
DROP TABLE ticket;
ALTER TABLE ticket_new RENAME TO ticket;
INSERT INTO ticket(org, subject) VALUES (3, 'gutter');
COMMIT;
