"""Search: what somebody may have meant by what they typed, best first."""

from typing import Any

from periplus.geo.positions import parse_position, position_text
from periplus.model.track import vessel_text
from periplus.model.vocabulary import ship_type_text
from periplus.sharing.holdings import Place, Row
from periplus.sharing.view import View
from periplus.web.watch_event import country

MOST = 12
MOST_PLACES = 4  # beside ships; more when fewer ships are found


def hits(text: str, view: View) -> list[dict[str, Any]]:
    """SearchHit of ui/src/core/api.ts: a position first, then ships, then zones and ports."""
    found = _positions(text)
    places = [_place(place) for place in view.places(text, MOST).content]
    room = MOST - len(found) - min(len(places), MOST_PLACES)
    ships = [_ship(ship) for ship in view.find(text, room).content]
    return [*found, *ships, *places][:MOST]


def _positions(text: str) -> list[dict[str, Any]]:
    try:
        lat, lon = parse_position(text)
    except ValueError:
        return []
    title = position_text(lon, lat)
    return [_hit("position", title, "position", lon=lon, lat=lat)]


def _ship(ship: Row) -> dict[str, Any]:
    vessel = vessel_text(ship["vessel"])
    details = [ship_type_text(ship["ship_type"]), country(vessel), f"MMSI {vessel}"]
    if ship["imo"]:
        details.append(f"IMO {ship['imo']}")
    if ship["callsign"]:
        details.append(f"call sign {ship['callsign']}")
    detail = " · ".join(filter(None, details))
    return _hit("vessel", ship["name"] or vessel, detail, vessel=vessel, lon=ship["lon"], lat=ship["lat"])


def _place(place: Place) -> dict[str, Any]:
    hit = _hit(place.kind, place.title, place.detail, lon=place.lon, lat=place.lat)
    return hit | {"bounds": None if place.bounds is None else list(place.bounds)}


def _hit(kind: str, title: str, detail: str, **where: Any) -> dict[str, Any]:
    nowhere = {"vessel": None, "lon": None, "lat": None, "bounds": None}
    return {"kind": kind, "title": title, "detail": detail, **nowhere, **where}
