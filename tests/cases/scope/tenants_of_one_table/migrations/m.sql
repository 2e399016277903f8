UPDATE note SET body = 'x' WHERE org = 1;
UPDATE org SET name = 'Cypress' WHERE id = 3;
