-- Every row has a shop and a region, and nothing here says which of them is the tenant.
CREATE TABLE shops (id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE regions (id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE sales (shop_id INTEGER REFERENCES shops, region_id INTEGER REFERENCES regions, id INTEGER, PRIMARY KEY (shop_id, region_id, id));
CREATE TABLE stocks (shop_id INTEGER REFERENCES shops, region_id INTEGER REFERENCES regions, id INTEGER, PRIMARY KEY (shop_id, region_id, id));
INSERT INTO shops VALUES (1, 'a'), (2, 'b');
INSERT INTO regions VALUES (1, 'n'), (2, 's');
INSERT INTO sales VALUES (1, 1, 1), (2, 2, 1);
