UPDATE OR ABORT note SET id = 2 WHERE org = 1;
