UPDATE remark SET id = id + 100 WHERE note = 99;
