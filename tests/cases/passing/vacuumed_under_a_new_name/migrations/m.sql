ALTER TABLE item RENAME TO items;
UPDATE items SET v = v;
VACUUM;
