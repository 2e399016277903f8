/* harness: expect
tenants = []
*/
