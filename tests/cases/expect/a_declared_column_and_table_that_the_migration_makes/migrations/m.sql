ALTER TABLE note ADD COLUMN colour TEXT;
UPDATE note SET body = upper(body), colour = 'red' WHERE org = 1;
CREATE TABLE tag(org INTEGER NOT NULL, id INTEGER NOT NULL, PRIMARY KEY(org, id));
