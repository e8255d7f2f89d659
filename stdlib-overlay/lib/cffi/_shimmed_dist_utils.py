"""The parts of distutils that building uses, from setuptools."""

try:
    import setuptools
except ImportError as e:
    raise Exception("This CFFI feature requires setuptools on Python >= 3.12. The setuptools module is missing or "
                    "non-functional.") from e

from distutils import log, sysconfig
from distutils.ccompiler import CCompiler
from distutils.command.build_ext import build_ext
from distutils.core import Distribution, Extension
from distutils.dir_util import mkpath
from distutils.errors import CompileError, DistutilsSetupError, LinkError
from distutils.log import set_threshold, set_verbosity

del setuptools
