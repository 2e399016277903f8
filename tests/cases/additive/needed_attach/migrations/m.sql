ATTACH ':memory:' AS side;
CREATE INDEX a ON it(label);
