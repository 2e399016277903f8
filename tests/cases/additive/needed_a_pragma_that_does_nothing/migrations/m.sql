PRAGMA foreign_keys = OFF;
CREATE INDEX a ON it(label);
