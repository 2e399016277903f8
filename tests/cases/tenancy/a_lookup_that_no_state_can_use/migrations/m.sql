UPDATE sess SET org = 1 WHERE id = 1;
