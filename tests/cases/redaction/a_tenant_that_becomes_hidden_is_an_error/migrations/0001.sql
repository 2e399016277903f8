UPDATE log SET org = (SELECT email FROM users WHERE users.id = log.id);
