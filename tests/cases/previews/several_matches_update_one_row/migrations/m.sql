UPDATE note SET body = o.name FROM org AS o WHERE note.org = 1;
