DROP TABLE entry;
CREATE TABLE fresh(org INTEGER, a);
