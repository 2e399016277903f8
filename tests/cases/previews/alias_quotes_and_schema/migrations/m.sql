UPDATE main."note" AS [n x] SET "body" = 'x' WHERE [n x].`org` = 1 AND "id" = 1;
