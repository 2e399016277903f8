WITH note AS (SELECT 1 AS org) UPDATE note SET body = 'x' WHERE org IN (SELECT org FROM note) AND id = 1;
