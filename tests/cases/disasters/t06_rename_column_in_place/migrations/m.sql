-- T6: ALTER TABLE RENAME COLUMN does the same renaming without dropping anything.
ALTER TABLE board RENAME COLUMN title TO caption;
