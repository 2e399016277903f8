CREATE TABLE note(org TEXT, id INTEGER, body TEXT, PRIMARY KEY(org, id));
INSERT INTO note VALUES ('ant', 1, 'a'), ('bee', 1, 'b'), ('bee', 2, 'c'), ('cat', 1, 'd'), ('a tenant with a long name', 1, 'e'), ('a tenant with a long name', 2, 'f'), ('a tenant with a long name', 3, 'g');
