ATTACH 'p.db' AS p;
INSERT INTO log(org, msg) SELECT 1, token FROM p.creds;
UPDATE log SET x = (SELECT token FROM creds WHERE creds.org = log.org);
INSERT INTO p.creds VALUES (3, 1, 'hush-new');
