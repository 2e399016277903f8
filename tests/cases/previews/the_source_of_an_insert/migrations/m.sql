INSERT OR IGNORE INTO note(id, org, body) SELECT id, org, 'again' FROM note WHERE org < 3 UNION ALL SELECT 9, 2, 'new';
WITH src AS (SELECT 2 AS o, 1 AS i) INSERT INTO note(org, id, body) SELECT o, i, 'up' FROM src WHERE true ON CONFLICT(org, id) DO UPDATE SET body = excluded.body RETURNING id;
REPLACE INTO note SELECT org, id, 'replaced', 1 FROM note WHERE org = 3;
INSERT INTO note(org, id) VALUES (2, 20);
