UPDATE note SET body = 'red cherry' WHERE id = 1;
