ALTER TABLE note ADD COLUMN state TEXT DEFAULT 'new';
CREATE INDEX note_by_state ON note(state);
