UPDATE OR FAIL note SET id = 2 WHERE org = 1;
