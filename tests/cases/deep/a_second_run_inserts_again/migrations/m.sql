INSERT INTO applied SELECT 'm' || count(*), 0 FROM applied;
