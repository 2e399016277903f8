-- first
/* harness: expect
  tenants = "everybody"
  conserve = ["entry", "entry"]
  tables.note.update = "some"
*/
UPDATE note SET body = 'x' WHERE org = 1 AND id = 1;
