-- The table is what the statement says and more, as one that later migrations altered.
CREATE TABLE IF NOT EXISTS attempt(id INTEGER PRIMARY KEY, org INTEGER NOT NULL);
