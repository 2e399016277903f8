CREATE TABLE tally AS SELECT org, count(*) AS n, 0 AS best FROM note GROUP BY org;
UPDATE tally SET best = 1 WHERE n > 1;
UPDATE note SET done = (SELECT best FROM tally WHERE tally.org = note.org) WHERE org = 1;
DROP TABLE tally;
