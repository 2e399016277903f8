-- Near miss: the same in other words, more than before, another type, and what is taken back by name.
BEGIN;
CREATE TABLE "reading_new"(
  [id] INTEGER PRIMARY KEY,
  "ORG" INTEGER NOT NULL,
  point INTEGER,
  "kind" VARCHAR(20),
  "value" BIGINT CONSTRAINT positive check((("value">0 and [value]!=7))),
  state TEXT,
  twice BIGINT AS (2 * "value"),
  label TEXT,
  note TEXT CHECK (note <> ''),
  CONSTRAINT either CHECK ("kind" IS NOT NULL OR "point" IS NOT NULL),
  CHECK (
    "state" IN ('on','off') -- as before
  ),
  FOREIGN KEY (kind) REFERENCES "kind"("name"),
  FOREIGN KEY (org) REFERENCES org(id) ON DELETE NO ACTION NOT DEFERRABLE,
  FOREIGN KEY (org, point) REFERENCES point(org, id) ON DELETE CASCADE
);
INSERT INTO reading_new(id, org, point, kind, value, state, label) SELECT id, org, point, kind, value, state, label FROM reading;
DROP TABLE reading;
ALTER TABLE reading_new RENAME TO reading;
CREATE UNIQUE INDEX reading_label ON reading(label);
ALTER TABLE reading RENAME COLUMN state TO mode;
ALTER TABLE kind RENAME TO sort;
COMMIT;
