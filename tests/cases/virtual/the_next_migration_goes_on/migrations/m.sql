DELETE FROM rt_node;
