ALTER TABLE att RENAME COLUMN sess_id TO session_id;
UPDATE att SET b = 'z' WHERE id = 1;
