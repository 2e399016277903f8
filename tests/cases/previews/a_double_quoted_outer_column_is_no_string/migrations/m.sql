UPDATE note SET done = 1 WHERE org IN (SELECT o.id FROM org o WHERE o.name = "body");
