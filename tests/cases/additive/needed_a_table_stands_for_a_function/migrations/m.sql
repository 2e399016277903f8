CREATE TABLE json_each(value);
