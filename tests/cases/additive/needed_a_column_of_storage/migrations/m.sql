ALTER TABLE texts_content ADD COLUMN note TEXT;
