BEGIN;
DROP INDEX room_code;
CREATE UNIQUE INDEX room_code ON room(code) WHERE org = 1;
DROP INDEX hall_code;
CREATE UNIQUE INDEX hall_code ON hall(code COLLATE NOCASE);
COMMIT;
