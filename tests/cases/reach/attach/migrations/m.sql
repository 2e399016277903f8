ATTACH 'other.db' AS o;
