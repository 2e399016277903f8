UPDATE note SET body = 'y' WHERE id < 3;
