UPDATE mark SET n = 1;
