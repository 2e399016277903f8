CREATE TABLE temp.ev(org, id);
CREATE INDEX a ON it(label);
