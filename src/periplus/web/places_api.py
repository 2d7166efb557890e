"""Routes of places and search."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from periplus.web import asked
from periplus.web.search import hits
from periplus.web.visitor import AView

router = APIRouter(prefix="/api", tags=["places"])


@router.get("/zones")
def zones(view: AView) -> dict[str, Any]:
    """The zones in use as a GeoJSON FeatureCollection."""
    return dict(view.zones().content)


@router.get("/search")
def search(view: AView, q: Annotated[asked.Text, Query(max_length=100)]) -> list[dict[str, Any]]:
    """Ships by name, MMSI, IMO or call sign; positions; zones and ports. At most 12."""
    return hits(q, view)
