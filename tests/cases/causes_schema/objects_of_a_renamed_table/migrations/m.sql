-- Near miss: they follow.
ALTER TABLE item RENAME TO article;
