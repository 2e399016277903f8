UPDATE note SET qty = 9 WHERE tenant_id = 1;
