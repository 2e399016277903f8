-- Fact: three quotes match by half a key, a plain join returns three rows, and one price changes, to a quote that may be another tenant's.
UPDATE price SET cents = quote.cents FROM quote WHERE price.org = 2 AND quote.id = price.id;
