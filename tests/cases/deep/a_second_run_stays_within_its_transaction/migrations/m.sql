UPDATE note SET body = body || '!' WHERE org = 1;
ALTER TABLE note ADD COLUMN done INTEGER;
