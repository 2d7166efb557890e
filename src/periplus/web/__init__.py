"""The web face: HTTP API, live feed, sign-in, and the page of the watch floor."""

from periplus.web.app import create_app

__all__ = ["create_app"]
