ALTER TABLE entry RENAME TO record;
