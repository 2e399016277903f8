-- FTS4 does not check the sizes, which matchinfo() reads.
DELETE FROM note_search_docsize;
