-- Near miss: the author said that books go.
DELETE FROM shelf WHERE id = 1;
