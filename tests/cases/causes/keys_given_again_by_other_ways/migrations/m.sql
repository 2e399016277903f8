-- a tenant lookup and a composite foreign key; the key is NULL among values
DELETE FROM member WHERE name = 'cy';
INSERT INTO member VALUES (NULL, 2, 'dora');
-- the key is a tenant itself
DELETE FROM club WHERE name = 'Oak';
INSERT INTO club(name) SELECT 'Yew';
