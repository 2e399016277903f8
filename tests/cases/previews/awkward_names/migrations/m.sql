UPDATE "a ""b"" c" SET "select" = "größe" || '%' WHERE [x y] = 1;
DELETE FROM `order` WHERE `group` = 1;
UPDATE 'naïve ☃' SET org = org WHERE org = 1;
