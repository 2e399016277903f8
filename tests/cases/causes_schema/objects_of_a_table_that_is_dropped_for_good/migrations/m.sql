-- Near miss: they go with their table.
DROP TABLE item;
