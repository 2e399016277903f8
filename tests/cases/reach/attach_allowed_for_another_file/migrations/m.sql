ATTACH './prices.db' AS prices;
