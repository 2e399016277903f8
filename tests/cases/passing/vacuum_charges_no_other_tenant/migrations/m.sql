DELETE FROM log WHERE rowid = 1;
UPDATE log SET t = t WHERE org = 1;
VACUUM;
