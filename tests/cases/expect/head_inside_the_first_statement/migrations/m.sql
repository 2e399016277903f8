UPDATE note
  /* harness: expect
tenants = [1]
*/
SET body = 'x' WHERE org = 1 AND id = 1;
