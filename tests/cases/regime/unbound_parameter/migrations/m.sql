UPDATE note SET body = 'x' WHERE org = :org AND id = ?2;
