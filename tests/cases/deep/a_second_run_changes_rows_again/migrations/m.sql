UPDATE note SET body = body || '!' WHERE org = 1;
