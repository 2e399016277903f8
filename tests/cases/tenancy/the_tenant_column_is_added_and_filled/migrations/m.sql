ALTER TABLE chunk ADD COLUMN org INTEGER;
UPDATE chunk SET org = (SELECT s.org FROM store s WHERE s.id = chunk.store_id) WHERE org IS NULL;
