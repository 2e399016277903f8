CREATE TABLE g(id INTEGER PRIMARY KEY, data TEXT, org INTEGER AS (json_extract(data, '$.o')) VIRTUAL);
INSERT INTO g(id, data) VALUES (1, '{"o":1}'), (2, '{"o":2}');
