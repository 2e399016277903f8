/* harness: expect
tenants = [1, 2]

[tables.entry.insert]
rows = "SELECT max(id) + 1 AS id FROM entry UNION SELECT max(id) + 2 FROM entry"
*/
INSERT INTO entry(org, minutes) VALUES (1, 5), (2, 6);
