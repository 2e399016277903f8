UPDATE att SET b = 'x' WHERE id = 1;
