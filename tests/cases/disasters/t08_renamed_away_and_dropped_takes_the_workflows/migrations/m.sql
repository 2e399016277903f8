-- T8: the user table is renamed away, which repoints workflow to user_old, and the DROP of user_old deletes every workflow.
ALTER TABLE user RENAME TO user_old;
CREATE TABLE user(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, email TEXT NOT NULL UNIQUE);
INSERT INTO user SELECT id, org, replace(email, 'birch.example', 'birch.test') FROM user_old;
DROP TABLE user_old;
