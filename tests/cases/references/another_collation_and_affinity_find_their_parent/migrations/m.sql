INSERT INTO mark VALUES (3, 1, 'rEd', '1.0');
