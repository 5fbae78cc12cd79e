"""The catalogue of topics and sub-areas that pilots and requests share."""
