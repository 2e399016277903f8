-- One row of two changes; another class of value; back again, which is two changes.
UPDATE room SET colour = 'blue' WHERE house = 2 OR id = 3;
UPDATE room SET colour = x'626c7565' WHERE house = 2;
UPDATE room SET colour = 'blue' WHERE house = 2;
