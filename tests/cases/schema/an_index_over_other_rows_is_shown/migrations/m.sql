UPDATE note SET body = 'word' WHERE org = 1;
