UPDATE att SET body = 'x' WHERE id = 1;
