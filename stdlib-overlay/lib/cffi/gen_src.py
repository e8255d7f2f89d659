"""`python -m cffi.gen_src`: see _cffi_gen_src."""

from ._cffi_gen_src import run

if __name__ == '__main__':
    run()
