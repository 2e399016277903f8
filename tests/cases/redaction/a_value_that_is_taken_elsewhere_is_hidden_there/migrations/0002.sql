ALTER TABLE contact RENAME TO address_book;
UPDATE address_book SET address = upper(address) WHERE of_user = 1;
