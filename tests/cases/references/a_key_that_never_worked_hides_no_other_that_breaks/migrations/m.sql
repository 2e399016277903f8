DROP INDEX room_door;
