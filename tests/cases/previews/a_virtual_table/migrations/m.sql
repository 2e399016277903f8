UPDATE search SET body = 'changed' WHERE rowid = 1;
