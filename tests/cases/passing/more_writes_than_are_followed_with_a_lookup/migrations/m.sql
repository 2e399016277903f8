UPDATE tag SET label = label;
