UPDATE note INDEXED BY note_done SET body = 'x' WHERE done = 0 AND org = 1;
UPDATE note NOT INDEXED SET body = 'y' WHERE done = 0 AND org = 1;
DELETE FROM note INDEXED BY note_done WHERE done = 1 AND org = 1;
