UPDATE note SET body = 'z' WHERE team_id = 1;
