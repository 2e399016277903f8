UPDATE note SET body = 'x' WHERE org = 1 AND id = 1;
INSERT INTO entry VALUES (1, 1, 10);
CREATE TABLE not_made_yet(a);
