UPDATE entry SET at = 10.5 WHERE org = 1 AND note = 2;
