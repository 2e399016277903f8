INSERT INTO `done "it"` VALUES ('001-a');
