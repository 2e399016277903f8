UPDATE pref SET k = 'z' WHERE id = 2;
