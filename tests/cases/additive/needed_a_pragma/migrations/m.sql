PRAGMA user_version = 7;
CREATE INDEX a ON it(label);
