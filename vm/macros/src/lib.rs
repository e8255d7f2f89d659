//! Declares native types, methods and modules.
