-- Fact: UPDATE OR REPLACE renames along a chain, old-old-elm to old-elm and so on, and deletes each tag it collides with.
UPDATE OR REPLACE tag SET name = substr(name, 5) WHERE org = 2 AND name LIKE 'old-%';
