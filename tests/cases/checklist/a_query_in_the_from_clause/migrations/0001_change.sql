UPDATE seat SET price = 11 FROM (SELECT s.hall_id, s.id FROM seat s JOIN hall h ON h.id = s.hall_id WHERE h.name = 'Elm' AND s.label = 'A1') AS q WHERE q.hall_id = seat.hall_id AND q.id = seat.id;
