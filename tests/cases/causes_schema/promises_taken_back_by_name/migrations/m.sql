-- Near miss: ALTER TABLE says what it takes.
ALTER TABLE part ALTER COLUMN code DROP NOT NULL;
