"""The command `cffi-gen-src`: the C text of a module, from a build script (`exec-python`) or from two files (`read-sources`)."""

import argparse
import io
import os
import sys

from .api import FFI


def find_ffi_in_python_script(pysrc, filename, ffivar):
    """The FFI object that a script binds to a name, directly or as the result of a function."""
    filename = os.path.abspath(filename)
    names = {'__name__': 'cffi.gen_src', '__file__': filename}
    path = sys.path[:]
    sys.path.insert(0, os.path.dirname(filename))
    try:
        exec(compile(pysrc, filename, 'exec'), names, names)
        if ffivar not in names:
            raise NameError("Expected to find the FFI object with the name %r, but it was not found." % (ffivar,))
        ffi = names[ffivar]
        if not isinstance(ffi, FFI) and callable(ffi):
            ffi = ffi()
        if not isinstance(ffi, FFI):
            raise TypeError("Found an object with the name %r but it was not an instance of cffi.api.FFI" % (ffivar,))
        return ffi
    finally:
        sys.path[:] = path


def make_ffi_from_sources(modulename, cdef, csrc):
    """An FFI of a cdef text and the C text before it."""
    ffi = FFI()
    ffi.cdef(cdef)
    ffi.set_source(modulename, csrc)
    return ffi


def generate_c_source(ffi):
    """What emit_c_code() writes."""
    output = io.StringIO()
    ffi.emit_c_code(output)
    return output.getvalue()


def write_c_source(output, generated):
    """Writes to a file, or to the standard output for '-'."""
    if output == '-':
        sys.stdout.write(generated)
        return
    with open(output, 'w', encoding='utf-8') as f:
        f.write(generated)


def same_input_file(file1, file2):
    """Whether two open files are one."""
    if file1 is file2:
        return True
    try:
        return os.path.samefile(file1.name, file2.name)
    except OSError:
        return False


def exec_python(*, output, pyfile, ffi_var):
    """The command of that name."""
    with pyfile:
        ffi = find_ffi_in_python_script(pyfile.read(), pyfile.name, ffi_var)
    write_c_source(output, generate_c_source(ffi))


def read_sources(*, output, module_name, cdef_input, csrc_input):
    """The command of that name."""
    with csrc_input, cdef_input:
        ffi = make_ffi_from_sources(module_name, cdef_input.read(), csrc_input.read())
    write_c_source(output, generate_c_source(ffi))


def _make_parser():
    name = os.path.basename(sys.argv[0]) if sys.argv else ''
    prog = 'cffi-gen-src' if name.startswith('cffi-gen-src') else 'python -m cffi.gen_src'
    source = argparse.FileType('r', encoding='utf-8')
    parser = argparse.ArgumentParser(prog=prog, description='Generate CFFI C source for extension modules.')
    commands = parser.add_subparsers(dest='mode')
    script = commands.add_parser('exec-python', help='Execute a Python script that defines an FFI object')
    script.add_argument('--ffi-var', default='ffibuilder',
                        help="Name of the FFI object in the Python script; defaults to 'ffibuilder'.")
    script.add_argument('pyfile', type=source, help='Path to the Python script')
    script.add_argument('output', help='Output path for the C source')
    files = commands.add_parser('read-sources',
                                help='Read cdef and C source prelude files that define an FFI object')
    files.add_argument('module_name', help='Full name of the generated module, including packages')
    files.add_argument('cdef', type=source, help='File containing C definitions')
    files.add_argument('csrc', type=source, help='File containing C source prelude')
    files.add_argument('output', help='Output path for the C source')
    return parser


parser = _make_parser()


def run(args=None):
    """The command, with its arguments."""
    args = parser.parse_args(args=args)
    if args.mode == 'exec-python':
        exec_python(output=args.output, pyfile=args.pyfile, ffi_var=args.ffi_var)
    elif args.mode == 'read-sources':
        if same_input_file(args.cdef, args.csrc):
            parser.error('cdef and csrc are the same file and should not be')
        read_sources(output=args.output, module_name=args.module_name, cdef_input=args.cdef, csrc_input=args.csrc)
    else:
        parser.error('a subcommand is required: exec-python or read-sources')
    parser.exit(0)
