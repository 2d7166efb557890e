"""The floor: what all routes share for as long as the application runs."""

from hashlib import blake2b

from periplus.sharing.asker import staff
from periplus.sharing.holdings import Holdings
from periplus.sharing.view import Shared, View
from periplus.store import Store
from periplus.web.limits import Attempts, TokenBuckets
from periplus.web.live import Live
from periplus.web.sign_in import Session, SignIn
from periplus.web.watching import Watching


class Floor:
    """One watch, its live feed, and the limits on those who ask."""

    def __init__(self, watch: Watching) -> None:
        centre = watch.centre
        self.watch = watch
        # Cookies do not tell ports apart: two centres on one machine must not sign each other out.
        self.cookie = "periplus-" + blake2b(str(centre.folder.resolve()).encode(), digest_size=6).hexdigest()
        self.live = Live(watch)
        self.door = SignIn(centre)
        self.signed_in = TokenBuckets(burst=200, per_s=50)
        self.strangers = TokenBuckets(burst=60, per_s=10)
        self.guesses = Attempts()
        self.guessers = TokenBuckets(burst=20, per_s=20 / 60)
        self._shared = Shared()
        self._holdings = Holdings(
            log=centre.store,
            history=centre.archive,
            fleet=centre.picture,
            places=centre.facts,
            sources=watch.sources,
            status=watch.status,
        )

    @property
    def store(self) -> Store:
        return self.watch.centre.store

    def view(self, session: Session) -> View:
        """What this person may see. Accounts are of the centre's own staff so far."""
        asker = staff(session.name, session.role, self.watch.centre.originator)
        return View(asker, self._holdings, self._shared)

    def signed_out(self, session: Session) -> None:
        self.live.end(session.key)
