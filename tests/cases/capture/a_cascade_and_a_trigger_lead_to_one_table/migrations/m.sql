DELETE FROM note WHERE org = 1 AND id = 1;
