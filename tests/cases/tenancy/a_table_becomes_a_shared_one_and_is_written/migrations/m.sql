ALTER TABLE price RENAME TO tariff;
UPDATE tariff SET n = n + 1;
