ATTACH 'x' || '.db' AS o;
