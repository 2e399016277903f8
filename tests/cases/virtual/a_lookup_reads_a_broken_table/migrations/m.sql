DROP TABLE f_content;
UPDATE item SET label = 'c' WHERE id = 1;
