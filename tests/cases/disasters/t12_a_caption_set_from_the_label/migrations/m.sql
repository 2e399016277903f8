-- T12: the caption of the same two places becomes their label.
UPDATE place SET caption = "label" WHERE org = 2;
