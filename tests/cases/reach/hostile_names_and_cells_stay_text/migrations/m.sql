UPDATE "a""b; DROP TABLE note; --" SET "sel ect" = char(27) || '[31mred' || char(0x202e) || char(10) WHERE org = 1;
