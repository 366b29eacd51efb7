DROP TRIGGER roles_consumers;
DROP TABLE consumer_counts;
DROP TABLE consumer_blocks;
DROP TABLE consumer_roles;
DROP TABLE consumers;
