DROP INDEX room_code;
