-- Near miss: what is there is what each says, in whatever words. The last ones are made.
create table if not exists [attempt] (
  "id" integer primary key, org integer not null default 1, ok text collate nocase,
  embedding TEXT, -- as it was added
  UNIQUE (ok), CHECK (("ok" <> ''))
);
CREATE VIEW IF NOT EXISTS main.done AS select * from attempt WHERE ok = 1;
CREATE UNIQUE INDEX IF NOT EXISTS main.attempt_by_org ON attempt("org", "embedding");
CREATE TRIGGER IF NOT EXISTS told AFTER UPDATE ON attempt BEGIN SELECT 1; END;
CREATE TEMP TABLE IF NOT EXISTS attempt(a);
CREATE TABLE IF NOT EXISTS log(id INTEGER PRIMARY KEY);
CREATE INDEX IF NOT EXISTS log_by_id ON log(id);
DROP TABLE IF EXISTS no_such;
