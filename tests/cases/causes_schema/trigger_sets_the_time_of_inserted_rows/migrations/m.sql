-- The statement wrote this row itself; the trigger only sets its time.
INSERT INTO shelf(id, org, label) VALUES (9, 1, 'new');
