UPDATE users SET email = "hush-new@post.example" WHERE "email" = "hush-ben@post.example";
UPDATE orders SET item = "stool" WHERE id = 1;
