UPDATE note SET body = 'x' WHERE id = 1;
INSERT INTO applied VALUES ('m', unixepoch());
