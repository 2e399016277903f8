UPDATE seat SET price = 11 WHERE label = 'A1' AND EXISTS (SELECT 1 FROM hall h WHERE h.id = seat.hall_id AND h.name = 'Elm');
