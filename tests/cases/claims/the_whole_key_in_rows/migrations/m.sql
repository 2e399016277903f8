/* harness: expect
tenants = [1]
[tables.point.update]
rows = "SELECT p.org, p.id FROM point p WHERE (p.org, p.id) IN (SELECT q.org, q.id FROM point q JOIN org ON org.id = q.org WHERE org.kind = 'a')"
*/
UPDATE point SET unit = 'kW' WHERE (org, id) IN (SELECT p.org, p.id FROM point p JOIN org ON org.id = p.org WHERE org.kind = 'a');
