-- T12: single quotes make 'label' a string, so the trimming sets the label of every place of every tenant to the word label.
UPDATE place SET label = trim('label') WHERE 'label' <> ' ';
