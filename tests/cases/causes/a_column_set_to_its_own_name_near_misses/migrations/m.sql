UPDATE room SET label = 'colour' WHERE house = 3 AND id = 3;
UPDATE room SET colour = json_object('colour', colour) ->> 'colour' || '!', label = coalesce(label, 'label') WHERE house = 3;
