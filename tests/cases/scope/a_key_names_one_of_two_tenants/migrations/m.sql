UPDATE u SET v = 'z';
