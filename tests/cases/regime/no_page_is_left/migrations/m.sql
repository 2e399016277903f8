PRAGMA max_page_count = 20;
INSERT INTO a SELECT value, 1 FROM json_each('[1]');
INSERT INTO a(org) SELECT zeroblob(1000) FROM org a, org b, org c, org d;
