UPDATE sess SET org = 1 WHERE id = 2;
UPDATE att SET b = b WHERE id = 2;
