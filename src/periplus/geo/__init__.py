"""Arrays on a sphere: distance, motion, cells and zones, right at the antimeridian and the poles."""
