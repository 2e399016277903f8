-- Near miss: the pages of what is dropped are given to the last tables, the storage among them.
DROP TABLE gone;
DROP TABLE gone_too;
VACUUM;
