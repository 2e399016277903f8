/* harness: expect

*/
-- write its statements here
