DELETE FROM note WHERE org = 2 AND id = 2;
