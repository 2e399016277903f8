-- One book was expected to go with the shelf, two do.
DELETE FROM shelf WHERE id = 1;
