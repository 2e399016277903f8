UPDATE "awk""ward; name" SET "select" = [1st], "x y" = `t``k`, "é" = "a.b" WHERE "a.b" IS DISTINCT FROM 'from; where' RETURNING "é";
WITH c(o) AS (SELECT id FROM org) UPDATE OR REPLACE "set" AS [f w] SET "where" = "from", ("set", org) = (SELECT 1, o FROM c) WHERE org IN c;
DELETE FROM main."set" NOT INDEXED WHERE "set"."from" = ?1 /* ; */ OR "where" BETWEEN 1 AND 2; -- last
UPDATE note INDEXED BY note_done SET body = CASE WHEN done THEN 'a' ELSE x'00' END FROM org AS o JOIN log ON log.n = o.id WHERE done = 1;
