-- Run once, by the image, when the volume of the databases is empty.
CREATE DATABASE dagster;
CREATE DATABASE mlflow;
