//! Integration tests of the server over real HTTP on a real Postgres, in one binary to link once.

mod access;
