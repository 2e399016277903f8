ATTACH 'file:prices.db?vfs=unix' AS p;
