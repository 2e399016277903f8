UPDATE note SET body = 'first' WHERE org = 1 AND id = 1;
UPDATE note SET body = body || '+second' WHERE body = 'first';
