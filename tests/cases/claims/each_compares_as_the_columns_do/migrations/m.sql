/* harness: expect
tenants = [1, 2]

[tables.t.update]
count = 2
each = "new.n = '6' + old.n - 5 AND new.n IN ('6', '7') AND old.s = old.n AND new.u = old.u AND new.u = upper(old.u) AND new.g = old.g + 2 AND old.r = old.s || '!' AND new.rowid = old.id"
*/
UPDATE t SET n = n + 1, u = lower(u);
