-- The rename brought the copy's row along; SQLite never looks at the second one.
BEGIN;
CREATE TABLE ticket_new(id INTEGER PRIMARY KEY AUTOINCREMENT, org INTEGER NOT NULL, subject TEXT);
INSERT INTO ticket_new SELECT * FROM ticket;
DROP TABLE ticket;
ALTER TABLE ticket_new RENAME TO ticket;
INSERT INTO sqlite_sequence(name, seq) VALUES ('ticket', 9);
COMMIT;
