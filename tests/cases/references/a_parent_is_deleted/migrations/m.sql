DELETE FROM note WHERE org = 1;
