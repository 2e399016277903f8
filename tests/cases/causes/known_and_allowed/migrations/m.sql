-- harness: allow no-effect until 2999-12-31 because a second run finds its own work done
-- harness: allow nondeterministic until 2999-12-31 because nothing here needs it
BEGIN;
UPDATE room SET colour = 'red' WHERE house = 1;
-- harness: allow matches-nothing until 2999-12-31 because kitchens came later
UPDATE room SET colour = 'white' WHERE label = 'kitchen';
UPDATE room SET colour = 'white' WHERE label = 'pantry'; -- harness: allow matches-nothing until 2999-12-31 because pantries came later
-- This one is not allowed.
UPDATE room SET colour = 'white' WHERE label = 'larder';
COMMIT;
