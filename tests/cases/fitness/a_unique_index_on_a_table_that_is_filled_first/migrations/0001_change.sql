/* harness: expect
tenants = [1]
[tables.refund]
insert = 2
*/
INSERT INTO refund VALUES (1, 1, 'x'), (2, 1, 'y');
CREATE UNIQUE INDEX refund_code ON refund(code);
