UPDATE note SET body = 'x' WHERE org = 1;
DROP TABLE place;
