/* harness: expect
tenants = [1, 2]

[tables.pref.update]
rows = "SELECT k, org FROM pref WHERE k = 'x'"
*/
UPDATE pref SET v = v + 1 WHERE k = 'x';
