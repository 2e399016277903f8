UPDATE doc SET org = 1 WHERE id = 2;
VACUUM;
