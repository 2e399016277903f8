-- harness: allow out-of-scope until 2999-12-31 because I said so
-- harness: allow no-effect until 2025-11-16 because it was fine then
-- harness: allow nothing-at-all until 2999-12-31 because there is no such code
-- harness: allow no-effect until tomorrow because I am in a hurry
-- harness: permit no-effect
UPDATE room SET colour = 'red' WHERE house = 1;
UPDATE room SET colour = 'white' WHERE house = 3;
-- harness: allow no-effect until 2999-12-31 because it is too late for that
