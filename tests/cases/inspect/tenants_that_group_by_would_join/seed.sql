CREATE TABLE name(org TEXT COLLATE NOCASE, id INTEGER, PRIMARY KEY(org, id));
INSERT INTO name VALUES ('a', 1), ('A', 2), ('A', 3);
CREATE TABLE number(org, id);
INSERT INTO number VALUES (1, 1), (1.0, 2), ('1', 3), (x'31', 4);
