//! Calls of C functions whose types are known at run time, and C functions made at run time. Knows nothing of Python.
