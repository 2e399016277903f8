-- T2: the same column comes by ADD COLUMN, which drops nothing and so cascades to nothing.
ALTER TABLE account ADD COLUMN locale TEXT;
UPDATE account SET locale = 'fi' WHERE org = 3;
