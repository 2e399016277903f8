DELETE FROM tag WHERE note_org IN (SELECT t.note_org FROM tag t WHERE t.label = 'x');
