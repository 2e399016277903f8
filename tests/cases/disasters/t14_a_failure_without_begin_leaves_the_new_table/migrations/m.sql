-- T14: a NULL stops the copying, and as nothing was begun, guest_new stays behind with the rows copied so far.
CREATE TABLE guest_new(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, name TEXT NOT NULL);
INSERT OR FAIL INTO guest_new SELECT id, org, name FROM guest;
DROP TABLE guest;
ALTER TABLE guest_new RENAME TO guest;
