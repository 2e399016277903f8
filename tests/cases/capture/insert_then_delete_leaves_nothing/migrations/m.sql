INSERT INTO note(org, id) VALUES (1, 50);
DELETE FROM note WHERE id = 50;
