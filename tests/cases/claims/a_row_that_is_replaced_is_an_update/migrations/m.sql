/* harness: expect
tenants = [1, 2]

[tables.entry.update]
rows = "SELECT id FROM entry WHERE minutes = 20"
*/
REPLACE INTO entry(id, org, minutes) VALUES (2, 1, 21);
