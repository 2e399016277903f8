UPDATE page_content SET body = 'x';
DELETE FROM page_content WHERE org = 3;
