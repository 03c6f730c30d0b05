DROP TABLE downtime;
