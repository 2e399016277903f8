UPDATE users SET name = 'hush-new' WHERE org = 1 AND id = 2;
UPDATE orders SET state = 'sent' WHERE id = 1;
