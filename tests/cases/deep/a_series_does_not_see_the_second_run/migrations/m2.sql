INSERT INTO applied SELECT body, 0 FROM note;
