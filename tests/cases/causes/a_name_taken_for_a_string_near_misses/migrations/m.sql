UPDATE "room" SET "colour" = 'white' WHERE "label" = 'attic' AND "house" = 1;
CREATE TABLE [shed]("a" TEXT DEFAULT "tools", CHECK ("a" IN ("tools", 'wood')));
CREATE INDEX by_colour ON room("colour");
DROP TABLE shed;
