UPDATE t SET price = 9 WHERE org = 1;
