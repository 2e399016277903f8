UPDATE search SET body = body WHERE org = 2;
