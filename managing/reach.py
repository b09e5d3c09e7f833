"""Whether an address answers. Used for the exit address only, which an administrator typed."""

import urllib.error
import urllib.request

PATIENCE_SECONDS = 5


def answers(url: str) -> bool:
    """Whether a web server answers at `url`, with whatever status. Only http and https are tried."""
    if not url.startswith(("http://", "https://")):
        return False
    request = urllib.request.Request(url, method="HEAD", headers={"User-Agent": "Mozilla/5.0"})  # noqa: S310 (checked above)
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS):  # noqa: S310
            return True
    except urllib.error.HTTPError:
        return True
    except (OSError, ValueError):
        return False
