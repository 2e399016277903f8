-- Fact: joined by the whole key one quote matches and the price is the tenant's own.
UPDATE price SET cents = quote.cents FROM quote WHERE price.org = 2 AND (quote.org, quote.id) = (price.org, price.id);
