ALTER TABLE att ADD COLUMN sess_id INTEGER;
UPDATE att SET sess_id = other;
