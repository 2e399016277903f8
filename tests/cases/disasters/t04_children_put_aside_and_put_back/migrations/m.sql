-- T4: in the same transaction the plants are put aside before the DROP and put back after the rebuild.
CREATE TEMP TABLE plant_aside AS SELECT * FROM plant;
CREATE TABLE bed_new(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, name TEXT NOT NULL, metres INTEGER);
INSERT INTO bed_new SELECT id, org, name, length(name) FROM bed;
DROP TABLE bed;
ALTER TABLE bed_new RENAME TO bed;
INSERT INTO plant SELECT * FROM plant_aside;
DROP TABLE plant_aside;
