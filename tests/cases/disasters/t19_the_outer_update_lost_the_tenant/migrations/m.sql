-- T19: only the inner query kept the tenant, so the outer UPDATE reaches the same ids of every tenant.
UPDATE chore SET done = 1 WHERE id IN (SELECT id FROM chore WHERE org = 2 AND done = 0);
