/* harness: expect
tenants = []
*/
DROP TABLE log;
