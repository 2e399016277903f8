CREATE TABLE org(id INTEGER PRIMARY KEY, name TEXT NOT NULL);
INSERT INTO org VALUES (1, 'Ash | @ash'), (2, '</td><script>alert(1)</script>'), (3, '::set-output name=a::b');
CREATE TABLE "a|b `@team` #1 <b>"(org INTEGER NOT NULL, id INTEGER NOT NULL, "c
## [d](https://a.example/d) ``e``" TEXT, PRIMARY KEY(org, id));
INSERT INTO "a|b `@team` #1 <b>" VALUES
  (1, 1, '@team fixes #12, see https://a.example/x and www.a.example'),
  (2, 1, '| --- | <img src=x onerror=alert(1)> ' || char(8238) || char(27) || '[31m' || char(65535)),
  (3, 1, '```' || char(10) || '## heading');
