/* harness: expect
tenants = [1, 2]

[tables.room.update]
rows = "SELECT '1' AS org, 'hALL' AS door UNION ALL SELECT 1.0, NULL UNION ALL SELECT 1, 'hall'"
*/
UPDATE room SET n = n + 10 WHERE org = 1 AND (door = 'HALL' OR door IS NULL);
