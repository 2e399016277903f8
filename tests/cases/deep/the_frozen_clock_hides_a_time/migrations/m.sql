UPDATE note SET body = datetime('now') WHERE org = 1;
