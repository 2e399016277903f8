INSERT INTO log(org, msg) SELECT org, rowid FROM pins;
UPDATE log SET x = (SELECT oid FROM pins WHERE pins.org = log.org);
UPDATE pins SET word = 'z' WHERE org = 1;
INSERT INTO pins(pin, org) VALUES (68757368, 2);
UPDATE users SET name = last_insert_rowid() WHERE id = 1;
UPDATE users SET name = (SELECT rowid FROM orgs WHERE orgs.rowid = 7) WHERE id = 2;
