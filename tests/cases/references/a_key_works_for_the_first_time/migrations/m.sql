BEGIN;
CREATE UNIQUE INDEX room_code ON room(code);
INSERT INTO stay VALUES (12, 1, 1, 'y', 'd1');
COMMIT;
