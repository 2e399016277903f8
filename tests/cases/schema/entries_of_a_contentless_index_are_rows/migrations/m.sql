INSERT INTO ft(ft, rowid, body) VALUES ('delete', 2, 'y');
INSERT INTO ft(rowid, body) VALUES (2, 'qqq');
