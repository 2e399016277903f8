UPDATE draw SET name = 'won' WHERE org_id = 1 + abs(random()) % 1;
DELETE FROM draw WHERE id IN (SELECT id FROM draw ORDER BY random() LIMIT 0);
INSERT INTO draw SELECT org_id, 9, w, NULL FROM word WHERE random() IS NULL;
INSERT INTO draw SELECT org_id, 8, w, NULL FROM word ORDER BY random() LIMIT 0;
