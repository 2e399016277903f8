UPDATE Note SET Body = 'x' WHERE ORG = 1 AND id = 1;
