-- The view stands and cannot be read any more.
DROP TABLE item;
