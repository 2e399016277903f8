UPDATE setting SET v = 2 WHERE k = 'a' AND org = 'ash';
DELETE FROM setting WHERE k = 'b' AND org = 'ash';
