UPDATE note SET body = 'x' WHERE "body after" = 'x';
