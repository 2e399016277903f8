UPDATE pref SET org = owner WHERE org IS NULL;
