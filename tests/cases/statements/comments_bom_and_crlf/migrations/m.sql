-- a comment; with a semicolon
/* another;
 one */
UPDATE note SET body = 'x;y' -- not; here
WHERE org = 1 AND id = 1;
;;
