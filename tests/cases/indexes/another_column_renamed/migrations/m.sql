-- Near miss: the index does not have this column.
ALTER TABLE note RENAME COLUMN seen TO read;
