CREATE TABLE "up" (a INTEGER, b INTEGER, PRIMARY KEY (a, b));
CREATE TABLE "*/ DROP TABLE t; --" ("org
id" INTEGER, "x""]" INTEGER, PRIMARY KEY ("org
id", "x""]"));
CREATE TABLE "harness: allow" (a INTEGER, b INTEGER, UNIQUE (a, b));
CREATE TABLE "rambler
-- +goose Up" (a INTEGER, b INTEGER, UNIQUE (b, a));
CREATE TABLE "done ""it""" ("the name" TEXT PRIMARY KEY);
INSERT INTO "*/ DROP TABLE t; --" VALUES (1, 1), (2, 1);
