/* harness: expect
tenants = [1, 2]

[tables.entry.update]
count = 1
each = "new.minutes IS old.minutes"
*/
UPDATE entry SET minutes = 9 WHERE id = 1;
COMMIT;
BEGIN;
