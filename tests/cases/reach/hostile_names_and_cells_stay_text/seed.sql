CREATE TABLE "a""b; DROP TABLE note; --"(org INTEGER, "sel ect" TEXT, "'" TEXT, PRIMARY KEY(org));
INSERT INTO "a""b; DROP TABLE note; --" VALUES (1, 'it''s', 'q'), (2, '<script>', 'r');
