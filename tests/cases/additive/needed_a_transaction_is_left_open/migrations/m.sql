BEGIN;
CREATE INDEX a ON it(label);
