PRAGMA ignore_check_constraints = ON;
UPDATE note SET body = 'much too long' WHERE org = 1;
