-- The statement wrote this row itself; the trigger only sets its time, which is a column that is not declared.
UPDATE shelf SET label = 'side' WHERE org = 2;
