CREATE TABLE helper(k INTEGER PRIMARY KEY, v);
INSERT INTO helper VALUES (1, 'a');
UPDATE helper SET v = 'b';
UPDATE note SET body = (SELECT v FROM helper) WHERE org = 1;
DROP TABLE helper;
