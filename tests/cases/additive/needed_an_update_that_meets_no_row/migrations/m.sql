UPDATE tag SET name = 'x' WHERE org = 9;
CREATE INDEX a ON it(label);
