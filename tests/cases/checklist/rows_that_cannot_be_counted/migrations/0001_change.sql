INSERT INTO note(body) VALUES ('a');
