//! Algorithms on text: Unicode properties, search, codecs.
