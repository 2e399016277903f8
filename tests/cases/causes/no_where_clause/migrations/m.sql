UPDATE room SET colour = 'white';
DELETE FROM room;
