-- Near miss: an index over some rows was never in step, and what changed has its entry.
UPDATE note SET body = 'green cherry' WHERE id = 2;
INSERT INTO note VALUES (9, 1, 'unseen', 0);
