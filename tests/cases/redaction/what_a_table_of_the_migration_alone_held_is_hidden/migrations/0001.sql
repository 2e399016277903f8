CREATE TEMP TABLE t(id, token);
INSERT INTO t VALUES (1, 'hush-temp');
UPDATE log SET msg = (SELECT token FROM t);
DROP TABLE t;
CREATE TEMP TABLE other(id, word);
INSERT INTO other VALUES (1, 'shown');
UPDATE log SET x = (SELECT word FROM other);
