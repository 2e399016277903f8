UPDATE session SET seen = 'today' WHERE org = 1;
UPDATE device SET seen = 'today' WHERE token = 'hush-d1';
