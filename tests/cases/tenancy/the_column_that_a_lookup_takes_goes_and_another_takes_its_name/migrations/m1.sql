ALTER TABLE att RENAME COLUMN sess_id TO old_sess;
