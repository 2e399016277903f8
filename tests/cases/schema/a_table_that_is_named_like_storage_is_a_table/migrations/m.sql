DELETE FROM page_stat WHERE org > 1;
CREATE VIRTUAL TABLE page USING fts3(title);
