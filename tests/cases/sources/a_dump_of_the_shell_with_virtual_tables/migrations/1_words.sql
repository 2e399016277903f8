INSERT INTO note (org, body) VALUES (1, 'lines');
UPDATE note SET weight = (SELECT count(*) FROM search WHERE search MATCH 'line') WHERE id = 3 AND body = 'one' || char(10) || 'line';
