"""Sources: what arrives as bytes becomes observations, and every line of it is accounted for."""
