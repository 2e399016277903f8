/* harness: expect
tenants = "all"
*/ UPDATE users SET email = 'hush-new' WHERE id = 1;
UPDATE users SET email = 'hush-other' WHERE id = 2;
