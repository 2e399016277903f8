-- Near miss: the storage goes along under other names.
ALTER TABLE f RENAME TO g;
