INSERT INTO lookup_list VALUES ('x');
