UPDATE seat SET number = 1 WHERE hall_id = 1;
