UPDATE att SET b = 'z' WHERE id = 3;
ALTER TABLE sess ADD COLUMN org INTEGER;
UPDATE sess SET org = owner;
