DROP TABLE rt_node;
