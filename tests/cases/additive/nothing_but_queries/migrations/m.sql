SELECT count(*) FROM ev;
