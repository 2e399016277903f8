UPDATE note SET rate = 5;
