BEGIN;
DELETE FROM node WHERE code = 'b';
INSERT INTO node VALUES ('e', 2, 'x'), ('f', 2, 'e');
COMMIT;
