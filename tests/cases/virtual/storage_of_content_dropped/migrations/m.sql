DROP TABLE f_content;
