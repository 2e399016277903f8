UPDATE note SET body = o.name FROM org AS o WHERE o.id <> note.org AND note.org = 1;
