-- Near miss: the triggers keep an index over the rows themselves, which is no change of others.
UPDATE doc SET body = 'red vixen' WHERE org = 1 AND id = 1;
