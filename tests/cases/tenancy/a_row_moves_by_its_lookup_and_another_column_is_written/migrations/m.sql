UPDATE sess SET org = 1 WHERE id = 2;
UPDATE att SET b = 'z' WHERE id = 2;
