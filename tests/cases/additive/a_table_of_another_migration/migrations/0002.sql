ALTER TABLE note ADD COLUMN body TEXT CHECK (body <> '');
