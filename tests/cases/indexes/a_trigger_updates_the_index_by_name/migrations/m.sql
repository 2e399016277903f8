-- FTS5 takes the old text from the content, which is new already. Every term is right; the sums are not.
UPDATE note SET body = 'red apple pie' WHERE id = 1;
