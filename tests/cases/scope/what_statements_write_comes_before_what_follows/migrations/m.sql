UPDATE bill SET state = 'paid' WHERE state = 'open';
