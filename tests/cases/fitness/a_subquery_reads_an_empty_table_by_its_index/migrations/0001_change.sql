/* harness: expect
tenants = [1]
*/
UPDATE seat SET state = 'free' WHERE hall_id = 1 AND id = 2 AND EXISTS (SELECT 1 FROM refund WHERE code = 'a');
