UPDATE tag SET t = 'x';
