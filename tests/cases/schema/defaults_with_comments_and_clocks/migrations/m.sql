ALTER TABLE note ADD COLUMN flag INTEGER DEFAULT (1 -- on by default
);
CREATE TABLE n2(org INTEGER NOT NULL, id INTEGER NOT NULL, body TEXT, done INTEGER NOT NULL DEFAULT 0, flag INTEGER DEFAULT 1, made REAL DEFAULT (unixepoch('subsec')), PRIMARY KEY(org, id));
INSERT INTO n2(org, id, body, done, flag) SELECT org, id, body, done, flag FROM note;
DROP TABLE note;
ALTER TABLE n2 RENAME TO note;
