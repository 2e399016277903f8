BEGIN;
CREATE TABLE remark_new(id INTEGER PRIMARY KEY, org INTEGER, note INTEGER, FOREIGN KEY(org, note) REFERENCES note(org, id));
INSERT INTO remark_new SELECT * FROM remark;
DROP TABLE remark;
ALTER TABLE remark_new RENAME TO remark;
COMMIT;
