CREATE TABLE item (id INTEGER PRIMARY KEY, shop_id INTEGER, label TEXT);
INSERT INTO item VALUES (1, 1, 'a'), (2, 2, 'b');
