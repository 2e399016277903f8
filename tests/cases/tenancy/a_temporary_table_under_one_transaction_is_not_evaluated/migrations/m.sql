CREATE TEMP TABLE doc(id, org);
INSERT INTO temp.doc VALUES (2, 1);
INSERT INTO att VALUES ('r', 2, 'of another tenant');
