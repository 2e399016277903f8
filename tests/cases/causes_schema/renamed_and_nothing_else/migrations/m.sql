-- Near miss: what refers to recipe follows it to its new name.
ALTER TABLE recipe RENAME TO dish;
