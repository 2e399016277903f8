UPDATE open SET body = 'x' WHERE org = 1;
DELETE FROM open WHERE org = 2;
INSERT INTO open SELECT org, id + 10, body FROM note WHERE org = 1;
UPDATE open SET rowid = 5 WHERE org = 1;
