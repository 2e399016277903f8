-- VACUUM gives the rows of a table without any index other rowids.
VACUUM;
