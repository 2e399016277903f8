-- What the statement names are updates; that rows go is the trigger's doing.
UPDATE shelf SET label = '' WHERE org = 1;
