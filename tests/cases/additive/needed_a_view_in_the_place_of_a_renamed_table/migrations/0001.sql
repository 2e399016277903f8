/* harness: expect
tenants = []
*/
ALTER TABLE tag RENAME TO tag_old;
