UPDATE OR IGNORE note SET id = 2 WHERE org = 1;
