CREATE TABLE secret(org INTEGER, n INTEGER PRIMARY KEY, pin TEXT DEFAULT 'hush-0000');
INSERT INTO secret(org, pin) VALUES (1, 'hush-1234');
ALTER TABLE orders ADD COLUMN code TEXT DEFAULT 'hush-none';
