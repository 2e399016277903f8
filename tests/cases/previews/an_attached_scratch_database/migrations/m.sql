ATTACH ':memory:' AS scratch;
CREATE TABLE scratch.t(a);
INSERT INTO scratch.t VALUES (1);
UPDATE scratch.t SET a = 2;
DELETE FROM scratch.t;
