UPDATE att SET sess_id = 1 WHERE id = 2;
