-- Near miss: the view did not work before either.
CREATE TABLE other(x);
UPDATE item SET note = 'x' WHERE id = 1;
