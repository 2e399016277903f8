UPDATE tasks SET title = 'Tiles and slates' WHERE id = 1;
