//! Starts the office.

fn main() {
    mrp_web::app::mount();
}
