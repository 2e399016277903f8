PRAGMA hard_heap_limit = 100000;
