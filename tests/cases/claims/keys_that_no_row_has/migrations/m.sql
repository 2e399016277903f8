/* harness: expect
tenants = [1, 2]

[tables.room.update]
rows = "SELECT 1 AS org, '007' AS door UNION ALL SELECT 3, 'x' UNION ALL SELECT 1, 'y'"
*/
UPDATE room SET n = n + 10 WHERE org = 1 AND door = '007';
