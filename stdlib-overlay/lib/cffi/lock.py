"""Where the package's locks come from."""

from _thread import allocate_lock

__all__ = ['allocate_lock']
