UPDATE note SET body = 'y' WHERE body = 'x' AND id = 1;
nonsense;
