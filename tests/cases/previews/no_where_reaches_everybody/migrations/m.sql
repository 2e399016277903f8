UPDATE note SET body = 'x';
