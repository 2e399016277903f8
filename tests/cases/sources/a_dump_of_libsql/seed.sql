PRAGMA foreign_keys=OFF;BEGIN TRANSACTION;CREATE TABLE IF NOT EXISTS `doc` (
	`id` integer PRIMARY KEY NOT NULL,
	`org` integer NOT NULL,
	`title` text,
	`embedding` F32_BLOB(3)
);INSERT INTO doc VALUES(1,1,'a',X'0000803f0000004000004040');
INSERT INTO doc VALUES(2,2,'b',NULL);
CREATE TABLE IF NOT EXISTS 'libsql_wasm_func_table' (name text PRIMARY KEY, body text) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS _litestream_seq (id INTEGER PRIMARY KEY, seq INTEGER);
INSERT INTO _litestream_seq VALUES(1,99);
CREATE TABLE IF NOT EXISTS _litestream_lock (id INTEGER);
INSERT INTO _litestream_lock VALUES(1);
PRAGMA writable_schema=ON;
INSERT INTO sqlite_schema(type,name,tbl_name,rootpage,sql) VALUES('table','titles','titles',0,'CREATE VIRTUAL TABLE titles USING fts5(title, content=''doc'')');
CREATE TABLE IF NOT EXISTS 'titles_data'(id INTEGER PRIMARY KEY, block BLOB);
INSERT INTO titles_data VALUES(1,X'');
INSERT INTO titles_data VALUES(10,X'00000000000000');
CREATE TABLE IF NOT EXISTS 'titles_idx'(segid, term, pgno, PRIMARY KEY(segid, term)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS 'titles_docsize'(id INTEGER PRIMARY KEY, sz BLOB);
CREATE TABLE IF NOT EXISTS 'titles_config'(k PRIMARY KEY, v) WITHOUT ROWID;
INSERT INTO titles_config VALUES('version',4);
PRAGMA writable_schema=OFF;
COMMIT;
