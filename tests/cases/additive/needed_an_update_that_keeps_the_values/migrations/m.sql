UPDATE tag SET name = name;
