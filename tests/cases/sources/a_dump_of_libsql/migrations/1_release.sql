UPDATE doc SET title = 'c' WHERE id = 1;
DELETE FROM _litestream_lock;
INSERT INTO titles(titles) VALUES ('rebuild');
