-- T12: with double quotes "label" is the column, and only the two labels with spaces around them change.
UPDATE place SET label = trim("label") WHERE "label" <> trim("label");
