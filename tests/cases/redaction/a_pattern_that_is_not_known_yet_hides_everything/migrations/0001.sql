UPDATE orders SET state = 'sent' WHERE id = 1;
