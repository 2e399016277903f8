ALTER TABLE note RENAME TO note_old;
