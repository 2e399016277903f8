UPDATE note SET hours = hours + 1 WHERE org = 1;
