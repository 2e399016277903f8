CREATE INDEX seat_by_label ON seat(label);
