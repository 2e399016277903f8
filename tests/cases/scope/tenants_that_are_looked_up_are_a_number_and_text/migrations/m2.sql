UPDATE att SET b = 'z' WHERE id = 3;
