UPDATE note SET body = 'x' WHERE org = 1 AND id = 1;

UPDAET note SET body = 'y';
DELETE FROM note;
