INSERT INTO box(id, note, depot, shelf, weight) SELECT * FROM parcel;
INSERT INTO box SELECT id + 10, shelf, weight, note, depot FROM parcel;
-- renamed: the query has no column of that name
INSERT INTO tagged SELECT id, depot, note, weight FROM parcel;
-- said to be meant: by an alias, as an expression, for some columns by name on both sides
INSERT INTO box SELECT id + 20, weight AS shelf, shelf AS weight, note, depot FROM parcel;
INSERT INTO box SELECT id + 30, weight + 0, shelf + 0, note, depot FROM parcel;
INSERT INTO box(id, shelf, depot) SELECT id + 40, weight, depot FROM parcel;
-- the other half of a symmetric relation
INSERT INTO pair(depot, one, other) SELECT depot, other, one FROM pair;
INSERT INTO pair SELECT depot, other, one FROM pair WHERE one = 2;
