ATTACH 'gone.db' AS p;
