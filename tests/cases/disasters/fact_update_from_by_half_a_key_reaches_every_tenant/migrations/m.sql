-- Fact: with the tenant on the wrong table the same UPDATE takes Birch's quote into the prices of the others.
UPDATE price SET cents = quote.cents FROM quote WHERE quote.org = 2 AND quote.id = price.id;
