CREATE INDEX it_by_label ON it(label);
