-- One way, two statements, one finding.
DELETE FROM shelf WHERE id = 1;
DELETE FROM shelf WHERE id = 2;
