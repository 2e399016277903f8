/* harness: expect
# tenants = [1]
*/
BEGIN;
COMMIT;
