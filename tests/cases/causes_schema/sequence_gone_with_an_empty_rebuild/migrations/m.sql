-- The table is emptied by making it again, and starts at 1 anew.
DROP TABLE ticket;
CREATE TABLE ticket(id INTEGER PRIMARY KEY AUTOINCREMENT, org INTEGER NOT NULL, subject TEXT);
