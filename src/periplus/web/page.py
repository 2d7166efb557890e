"""The page: the built watch floor's files, from the wheel or from a checkout."""

import mimetypes
import pathlib

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import Route

_PACKAGE = pathlib.Path(__file__).resolve().parents[1]
BUILT = (_PACKAGE / "_ui", _PACKAGE.parents[1] / "ui" / "dist")  # in the wheel; in a checkout
NOT_BUILT = (
    '<!doctype html><html lang="en"><title>Periplus</title>'
    "<p>The watch floor is not built here: run <code>make ui</code>, then load this page again.</p>"
)
FOREVER = "public, max-age=31536000, immutable"  # names under assets/ carry a hash of their content
ASK_AGAIN = "no-cache"

# Some systems' tables lack these, and with nosniff a wrong type means a blank page.
mimetypes.add_type("text/javascript", ".js")
mimetypes.add_type("font/woff2", ".woff2")
mimetypes.add_type("application/manifest+json", ".webmanifest")
mimetypes.add_type("application/wasm", ".wasm")


def routes() -> list[Route]:
    return [Route("/{path:path}", _serve, methods=["GET", "HEAD"], include_in_schema=False)]


def _serve(request: Request) -> Response:
    """A file of the build; for any other path the page itself, which knows what to show there."""
    path = request.path_params["path"]
    if path == "api" or path.startswith("api/"):
        raise HTTPException(404, "no such route")
    root = next((folder for folder in BUILT if (folder / "index.html").is_file()), None)
    if root is None:
        return HTMLResponse(NOT_BUILT, headers={"cache-control": ASK_AGAIN})
    file = _inside(root, path)
    if file is not None:
        forever = path.startswith("assets/")
        return FileResponse(file, headers={"cache-control": FOREVER if forever else ASK_AGAIN})
    # The page names its files relative to itself, so that it can only stand at the top.
    if "/" in path or "." in path:
        raise HTTPException(404, "no such file")
    return FileResponse(root / "index.html", headers={"cache-control": ASK_AGAIN})


def _inside(root: pathlib.Path, path: str) -> pathlib.Path | None:
    """The file of this name below the root, and never one beside it."""
    if not path or "\0" in path:
        return None
    try:
        file = (root / path).resolve()
        found = file.is_relative_to(root.resolve()) and file.is_file()
    except OSError:  # a name longer than the file system knows
        return None
    return file if found else None
