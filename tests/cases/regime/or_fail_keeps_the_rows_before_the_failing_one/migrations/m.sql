INSERT OR FAIL INTO note(org, id) VALUES (1, 7), (1, 2), (1, 8);
