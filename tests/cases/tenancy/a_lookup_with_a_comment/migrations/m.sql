UPDATE att SET t = 'z' WHERE k = 'p';
