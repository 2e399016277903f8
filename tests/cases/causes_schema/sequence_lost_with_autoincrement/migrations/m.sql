-- Near miss: AUTOINCREMENT itself is lost, and that is what is said.
CREATE TABLE ticket_new(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, subject TEXT);
INSERT INTO ticket_new SELECT id, org, subject FROM ticket;
DROP TABLE ticket;
ALTER TABLE ticket_new RENAME TO ticket;
