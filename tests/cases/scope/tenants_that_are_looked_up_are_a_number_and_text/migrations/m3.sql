UPDATE att SET b = 'y' WHERE id > 1;
