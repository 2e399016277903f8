-- Fact: RAISE() outside a trigger is an error of its own, and under a runner that goes on after errors the guard stops nothing.
SELECT CASE WHEN (SELECT count(*) FROM seat WHERE id = 2) > 1 THEN RAISE(ABORT, 'more than one seat') END;
UPDATE seat SET state = 'sold' WHERE id = 2;
