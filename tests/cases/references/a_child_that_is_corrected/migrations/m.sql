UPDATE remark SET note = 2 WHERE note = 99;
