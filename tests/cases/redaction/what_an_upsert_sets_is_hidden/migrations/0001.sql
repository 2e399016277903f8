INSERT INTO orders(org, id, item) SELECT org, id, 'stool' FROM users WHERE org = 1
  ON CONFLICT (id) DO UPDATE SET state = (SELECT email FROM users WHERE id = excluded.id);
UPDATE orders SET state = upper(state) WHERE org = 1;
