BEGIN;
DROP INDEX room_org;
DROP INDEX room_code;
CREATE UNIQUE INDEX room_by_code ON room(code);
COMMIT;
