INSERT INTO search(body) VALUES ('new');
INSERT OR REPLACE INTO search(rowid, body) VALUES (2, 'changed');
INSERT INTO search(search) VALUES ('optimize');
