//! What follows from what was said: states, duties, refusals, clocks.

mod members;
mod orders;
mod random;
mod scene;
mod walk;
