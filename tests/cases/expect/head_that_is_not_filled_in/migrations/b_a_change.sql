/* harness: expect
[tables]
*/
UPDATE note SET body = 'n' WHERE org = 2;
