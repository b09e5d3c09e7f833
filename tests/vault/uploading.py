"""A process that receives an upload and is killed in the middle: run by `test_uploads`."""

import os
import signal
import sys

CANARY = b"CANARY-9c1e-plaintext-of-an-upload "


class Body:
    """A multipart body that says CANARY without end, and kills its reader after `limit` bytes."""

    def __init__(self, limit: int):
        self.sent, self.limit = 0, limit
        self.head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="CANARY-name.txt"\r\nContent-Type: text/plain\r\n\r\n'

    def read(self, size: int = 65_536) -> bytes:
        if self.sent > self.limit:
            os.kill(os.getpid(), signal.SIGKILL)
        if not self.sent:
            self.sent += len(self.head)
            return self.head
        self.sent += size
        return (CANARY * (size // len(CANARY) + 1))[:size]


def main() -> None:
    import django

    django.setup()
    from django.http.multipartparser import MultiPartParser

    from vault.uploadhandler import SealingUploadHandler

    meta = {"CONTENT_TYPE": "multipart/form-data; boundary=b", "CONTENT_LENGTH": str(10**9)}
    MultiPartParser(meta, Body(int(sys.argv[1])), [SealingUploadHandler()]).parse()


if __name__ == "__main__":
    main()
