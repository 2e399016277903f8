-- Fact: the same renaming of tags whose new name is free deletes none.
UPDATE tag SET name = substr(name, 5)
WHERE org = 2 AND name LIKE 'old-%' AND NOT EXISTS (SELECT 1 FROM tag t WHERE t.org = tag.org AND t.name = substr(tag.name, 5));
