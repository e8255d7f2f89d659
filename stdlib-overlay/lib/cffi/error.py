"""The exceptions of the package.  They all say that they are of module 'cffi'."""


class FFIError(Exception):
    """Declarations that contradict each other, or that this package has no use for."""


class CDefError(Exception):
    """Text that is no C declaration; the message has the place in the user's text."""

    def __str__(self):
        return str(self.args[0]) if self.args else ''


class VerificationError(Exception):
    """What the C compiler says is not what was declared."""


class VerificationMissing(Exception):
    """A type declared with '...' was used before anybody completed it."""


class PkgConfigError(Exception):
    """pkg-config does not run, or does not know a package."""


for _error in FFIError, CDefError, VerificationError, VerificationMissing, PkgConfigError:
    _error.__module__ = 'cffi'
