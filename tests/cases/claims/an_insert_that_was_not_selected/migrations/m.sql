/* harness: expect
tenants = [1, 2]

[tables.entry.insert]
rows = "SELECT max(id) + 1 AS id FROM entry UNION SELECT max(id) + 2 FROM entry"
*/
INSERT INTO entry(id, org, minutes) VALUES (5, 1, 5), (7, 2, 6);
