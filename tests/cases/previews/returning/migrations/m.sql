UPDATE note SET done = 1 WHERE org = 1 RETURNING id, body AS "from";
DELETE FROM note WHERE org = 1 AND id = 2 RETURNING *;
