UPDATE note_search SET body = 'cherry' WHERE body MATCH 'red';
