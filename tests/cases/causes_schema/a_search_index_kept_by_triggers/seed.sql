CREATE TABLE org(id INTEGER PRIMARY KEY, name TEXT NOT NULL);
INSERT INTO org VALUES (1, 'Ash'), (2, 'Birch'), (3, 'Cedar');
CREATE TABLE doc(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, body TEXT NOT NULL);
CREATE VIRTUAL TABLE doc_search USING fts5(body, content='doc', content_rowid='id');
CREATE TRIGGER doc_added AFTER INSERT ON doc BEGIN INSERT INTO doc_search(rowid, body) VALUES (new.id, new.body); END;
CREATE TRIGGER doc_changed AFTER UPDATE ON doc BEGIN
  INSERT INTO doc_search(doc_search, rowid, body) VALUES ('delete', old.id, old.body);
  INSERT INTO doc_search(rowid, body) VALUES (new.id, new.body);
END;
INSERT INTO doc VALUES (1, 1, 'red fox'), (2, 2, 'blue jay'), (3, 3, 'grey owl');
