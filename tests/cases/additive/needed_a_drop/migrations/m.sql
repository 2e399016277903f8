DROP INDEX by_kind;
