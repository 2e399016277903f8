BEGIN;
-- A rebuild that renames a column and selects it by its new name.
CREATE TABLE room_new(house INTEGER NOT NULL, id INTEGER NOT NULL, label TEXT, paint TEXT, PRIMARY KEY (house, id));
INSERT INTO room_new(house, id, label, paint) SELECT "house", "id", "label", "paint" FROM room;
DROP TABLE room_new;
CREATE TABLE copy AS SELECT "house", "colr" FROM room;
DROP TABLE copy;
CREATE INDEX by_colour ON room("colr");
-- Here a string may have been meant.
UPDATE room SET colour = "white" WHERE label = "attic";
COMMIT;
