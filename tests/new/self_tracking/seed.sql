CREATE TABLE sites (id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE meters (site_id INTEGER NOT NULL REFERENCES sites (id), id INTEGER NOT NULL, serial TEXT, unit TEXT, PRIMARY KEY (site_id, id), UNIQUE (site_id, serial));
CREATE TABLE readings (id INTEGER PRIMARY KEY, site_id INTEGER NOT NULL, meter_id INTEGER NOT NULL, at INTEGER, value REAL,
  UNIQUE (site_id, meter_id, at), FOREIGN KEY (site_id, meter_id) REFERENCES meters (site_id, id));
CREATE TABLE applied (name TEXT PRIMARY KEY, at INTEGER NOT NULL);
INSERT INTO sites VALUES (1, 'North'), (2, 'South');
INSERT INTO meters VALUES (1, 1, 'a', 'Wh'), (2, 1, 'b', 'Wh');
INSERT INTO applied VALUES ('0001_start', 1763287456000);
