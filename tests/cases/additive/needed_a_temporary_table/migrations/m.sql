CREATE TEMP TABLE ev(org, id);
CREATE INDEX a ON it(label);
