UPDATE note SET body = body WHERE id = 1;
INSERT INTO applied VALUES ('m', unixepoch());
