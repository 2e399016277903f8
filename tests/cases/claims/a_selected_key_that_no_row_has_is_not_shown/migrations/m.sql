/* harness: expect
tenants = [1, 2]

[tables.entry.update]
rows = "SELECT 1 AS id UNION SELECT 770077"
*/
UPDATE entry SET minutes = 9 WHERE id = 1;
