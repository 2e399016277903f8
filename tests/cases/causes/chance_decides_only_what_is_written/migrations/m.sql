UPDATE draw SET token = hex(randomblob(1) || 'x') > '';
UPDATE draw SET token = (SELECT w FROM word WHERE rowid = 1 + abs(random()) % 2) WHERE org_id = 3;
INSERT INTO draw SELECT org_id, 9, (SELECT w FROM word ORDER BY random() LIMIT 1), NULL FROM word;
INSERT INTO draw VALUES (3, 9, (SELECT w FROM word WHERE random() IS NOT NULL LIMIT 1), NULL);
