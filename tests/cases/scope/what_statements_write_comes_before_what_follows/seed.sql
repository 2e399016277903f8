CREATE TABLE bill(org_id INTEGER NOT NULL, id INTEGER NOT NULL, state TEXT, PRIMARY KEY (org_id, id));
CREATE TABLE audit(id INTEGER PRIMARY KEY, org_id INTEGER NOT NULL, what TEXT);
CREATE TRIGGER bill_audit AFTER UPDATE ON bill BEGIN INSERT INTO audit(org_id, what) VALUES (new.org_id, new.state); END;
INSERT INTO bill VALUES (1, 1, 'open'), (1, 2, 'open'), (2, 1, 'open'), (3, 1, 'open');
