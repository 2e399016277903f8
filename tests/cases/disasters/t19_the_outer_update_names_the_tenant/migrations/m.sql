-- T19: the outer UPDATE names the tenant too.
UPDATE chore SET done = 1 WHERE org = 2 AND id IN (SELECT id FROM chore WHERE org = 2 AND done = 0);
