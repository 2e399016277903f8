UPDATE note SET body = upper(body) WHERE org = 1;
