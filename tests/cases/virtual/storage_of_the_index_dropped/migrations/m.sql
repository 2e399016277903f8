DROP TABLE f_data;
