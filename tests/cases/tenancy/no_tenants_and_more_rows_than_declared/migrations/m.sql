UPDATE track SET title = upper(title) WHERE no IN (SELECT no FROM track WHERE album = 2);
UPDATE album SET rating = 1;
