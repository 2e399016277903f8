-- Less than before: actions, a narrower key, other checks, a value that is computed no more.
BEGIN;
CREATE TABLE reading_new(
  id INTEGER PRIMARY KEY,
  org INTEGER NOT NULL REFERENCES org(id),
  point INTEGER REFERENCES point(id),
  value INTEGER CHECK (value IS NOT 'never'),
  state TEXT CHECK (state IN ('ON', 'off', 'on')),
  twice INTEGER
);
INSERT INTO reading_new(id, org, point, value, state, twice) SELECT id, org, point, value, state, twice FROM reading;
DROP TABLE reading;
ALTER TABLE reading_new RENAME TO reading;
COMMIT;
