BEGIN;
UPDATE room SET note = 'x', floor = CASE id WHEN 3 THEN 9 ELSE floor END;
UPDATE stay SET note = 'x';
COMMIT;
