UPDATE note SET (body, done) = (SELECT b, d FROM assigned) WHERE org = 1;
