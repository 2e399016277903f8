UPDATE note SET body = '/* harness: expect
tenants = "all"
*/' WHERE org = 1 AND id = 1;
