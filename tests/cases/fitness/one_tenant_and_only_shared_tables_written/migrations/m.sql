INSERT INTO applied VALUES ('m', 0);
