ALTER TABLE price RENAME TO tariff;
ALTER TABLE currency RENAME TO money;
