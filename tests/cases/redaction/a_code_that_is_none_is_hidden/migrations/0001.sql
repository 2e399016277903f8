-- harness: allow hush-ada until 2027-01-31 because it is known
UPDATE users SET email = 'hush-ben@post.example' WHERE org = 1 AND id = 1;
