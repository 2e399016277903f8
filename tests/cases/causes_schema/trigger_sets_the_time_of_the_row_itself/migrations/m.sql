-- Near miss: the rows that the trigger writes are those that the statement wrote.
UPDATE shelf SET label = 'side' WHERE org = 1;
