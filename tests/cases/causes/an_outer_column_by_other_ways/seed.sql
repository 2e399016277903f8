CREATE TABLE brief(id INTEGER PRIMARY KEY, agency INTEGER NOT NULL, closed INTEGER NOT NULL);
CREATE TABLE brief_user(brief_id INTEGER NOT NULL, agency INTEGER NOT NULL, person TEXT NOT NULL, seat INTEGER, PRIMARY KEY(brief_id, person));
CREATE VIEW open_brief AS SELECT id AS n, agency FROM brief WHERE closed = 0;
INSERT INTO brief VALUES (1, 1, 0), (2, 2, 1), (3, 3, 0);
INSERT INTO brief_user VALUES (1, 1, 'ann', 1), (2, 2, 'ben', 2), (2, 2, 'cy', 3), (3, 3, 'di', 4);
