UPDATE note SET body = 'x' WHERE org = 1;
UPDATE note SET body = 'a' || id WHERE org = 1;
