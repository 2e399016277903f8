/* harness: expect
tenants = [1]
*/
UPDATE seat SET state = state WHERE hall_id = 1 AND id = 1;
UPDATE seat SET state = state WHERE hall_id = 1 AND id = 1;
UPDATE seat SET state = state WHERE hall_id = 1 AND id = 1;
