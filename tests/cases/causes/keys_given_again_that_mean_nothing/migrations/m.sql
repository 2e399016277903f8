-- AUTOINCREMENT gives no key again
DELETE FROM room WHERE name = 'attic';
UPDATE chair SET room_id = 1;
INSERT INTO room(club_id, name) VALUES (3, 'cellar');
-- the INSERT names the key
DELETE FROM member WHERE name = 'ann';
INSERT INTO member(id, club_id, name) VALUES (1, 1, 'anna');
REPLACE INTO member VALUES (2, 2, 'benno');
-- what referred to it is gone, or refers to the new row only
DELETE FROM viewing WHERE member_id = 3;
DELETE FROM loan WHERE member_no = 3;
DELETE FROM member WHERE name = 'cy';
INSERT INTO member(club_id, name) VALUES (2, 'dora');
INSERT INTO viewing(member_id, film) VALUES (3, 'Ran');
