UPDATE note SET hours = hours + 2 WHERE org = 1;
