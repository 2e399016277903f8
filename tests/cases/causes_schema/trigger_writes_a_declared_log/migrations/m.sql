-- Near miss: the author said so.
UPDATE shelf SET label = 'side' WHERE org = 1;
