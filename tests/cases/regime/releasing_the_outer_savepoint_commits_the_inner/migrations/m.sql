SAVEPOINT a;
SAVEPOINT b;
UPDATE note SET done = 1 WHERE org = 1;
RELEASE a;
UPDATE nowhere SET x = 1;
