UPDATE note SET body = phonetic(body) WHERE org = 1;
