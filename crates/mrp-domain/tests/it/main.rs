//! Tests of the domain: sentences about the business, laws as properties.

mod money;
mod quantity;
mod text;
mod time;
