-- T14: the rebuild sets the sequence of ticket back from 9 to 4, so the next ticket gets the number 5, under which another tenant has mail.
BEGIN;
CREATE TABLE ticket_new(id INTEGER PRIMARY KEY AUTOINCREMENT, org INTEGER NOT NULL, subject TEXT NOT NULL);
INSERT INTO ticket_new SELECT id, org, subject FROM ticket;
DROP TABLE ticket;
ALTER TABLE ticket_new RENAME TO ticket;
INSERT INTO ticket(org, subject) VALUES (3, 'gutter');
COMMIT;
