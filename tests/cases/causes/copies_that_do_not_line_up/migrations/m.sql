-- another tenant
INSERT INTO box SELECT id, note, shelf, weight, depot FROM parcel WHERE id = 1;
INSERT INTO box(id, shelf, depot) SELECT id + 10, depot, shelf FROM parcel;
INSERT INTO box(id, depot, shelf) SELECT id + 20, shelf, depot FROM parcel WHERE shelf = 2 AND depot = 2;
-- a value of another type
INSERT INTO box(id, note, weight, depot) SELECT id + 30, weight, note, depot FROM parcel;
-- a value of the same type, by a star, a common table expression, an alias
INSERT INTO box(id, shelf, weight, note, depot) SELECT id + 40, weight, shelf, note, depot FROM parcel;
WITH q AS (SELECT id + 50 AS id, weight, shelf, note, depot FROM parcel) INSERT INTO box SELECT * FROM q;
INSERT INTO box SELECT id + 60, 1 AS weight, shelf, note, depot FROM parcel;
