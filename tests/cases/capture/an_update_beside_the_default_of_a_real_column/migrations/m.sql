UPDATE note SET done = 1;
