"""Code lists of the field, as data: ship types, navigational status, and how the chart groups them."""

NAV_STATUS = {
    0: "under way using engine",
    1: "at anchor",
    2: "not under command",
    3: "restricted manoeuvrability",
    4: "constrained by draught",
    5: "moored",
    6: "aground",
    7: "engaged in fishing",
    8: "under way sailing",
    11: "towing astern",
    12: "pushing ahead or towing alongside",
    14: "AIS-SART active",
}

# The chart's eight shapes. Order is the number sent in fleet frames.
SHAPES = ("unknown", "cargo", "tanker", "passenger", "fishing", "high_speed", "service", "small")


def shape(ship_type: int | None) -> str:
    """The chart's shape for an ITU-R M.1371 ship type."""
    if ship_type is None:
        return "unknown"
    if ship_type == 30:
        return "fishing"
    if ship_type in (36, 37):
        return "small"
    if ship_type in (31, 32, 33, 34, 35) or 50 <= ship_type <= 59:
        return "service"
    return {4: "high_speed", 6: "passenger", 7: "cargo", 8: "tanker"}.get(ship_type // 10, "unknown")


def ship_type_text(ship_type: int | None) -> str:
    """What a watch officer calls it."""
    if ship_type is None or ship_type == 0:
        return "type not available"
    named = {
        30: "fishing vessel", 31: "towing", 32: "towing, long", 33: "dredger", 34: "diving vessel",
        35: "military", 36: "sailing vessel", 37: "pleasure craft", 50: "pilot vessel", 51: "search and rescue",
        52: "tug", 53: "port tender", 54: "anti-pollution", 55: "law enforcement", 58: "medical transport",
    }  # fmt: skip
    groups = {2: "wing in ground", 4: "high-speed craft", 6: "passenger ship", 7: "cargo ship", 8: "tanker"}
    return named.get(ship_type) or groups.get(ship_type // 10) or f"type {ship_type}"
