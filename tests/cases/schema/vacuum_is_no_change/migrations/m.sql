DELETE FROM event WHERE what = 'a';
VACUUM;
