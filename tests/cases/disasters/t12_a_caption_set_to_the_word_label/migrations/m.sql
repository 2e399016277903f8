-- T12: the caption of two places becomes the word label instead of their labels, in exactly the rows and the column that were meant.
UPDATE place SET caption = 'label' WHERE org = 2;
