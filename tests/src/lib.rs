//! Nothing by itself: the tests of the system as a whole lie in `tests/`, their vectors in `vectors/`.
