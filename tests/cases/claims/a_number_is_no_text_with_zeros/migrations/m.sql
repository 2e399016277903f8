/* harness: expect
tenants = [1, 2]

[tables.room.update]
rows = "SELECT 1 AS org, 7 AS door"
*/
UPDATE room SET n = n + 10 WHERE org = 1 AND door = '007';
