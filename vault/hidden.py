"""Objects that hold secrets: never printed, never pickled, never compared by accident."""


class Hidden:
    """Mixin for everything that holds a key or an opened text: its `repr` names the class only, and it can't be pickled.

    Error pages, log lines and debuggers print `repr`; caches and task queues pickle. Neither may get hold of a secret.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return repr(self)

    def __reduce_ex__(self, protocol):
        raise TypeError("secrets are not pickled")
