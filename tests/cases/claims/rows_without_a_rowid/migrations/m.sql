/* harness: expect
tenants = [1, 2]

[tables.pref.update]
rows = "SELECT k, org FROM pref WHERE k = 'x'"
each = "new.v = old.v + 1"
*/
UPDATE pref SET v = v + 1 WHERE k = 'x';
