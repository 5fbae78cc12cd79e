"""Reading the numbers: counted by year in SQL, then put into words."""
