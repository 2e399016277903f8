VACUUM;
UPDATE loose SET what = 'x' WHERE org = 1;
