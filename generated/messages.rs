//! Every message of `schemas/`, for what is to be done with each of them.

use crate::{
    market, vectors_constraints, vectors_containers, vectors_defaults, vectors_enums,
    vectors_evolution, vectors_identifiers, vectors_maps, vectors_names, vectors_nested,
    vectors_optionals, vectors_renames, vectors_scalars, vectors_text, vectors_unions,
};

/// What is done with a message.
pub trait Visitor {
    /// Called once for each.
    fn visit<M: mycelium::Message + mycelium::DecodeOwned>(&mut self);
}

macro_rules! messages {
    ($($module:ident: $($message:ident)*;)*) => {
        /// Shows the visitor each message, in the order of the files.
        pub fn visit_all(visitor: &mut impl Visitor) {
            $($(visitor.visit::<$module::$message>();)*)*
        }
    };
}

messages! {
    market: BookTicker Trade DepthUpdate Snapshot Signal Verdict;
    vectors_constraints: Ranges Lengths Inside Older;
    vectors_containers: Arrays Bounded Lists Tuples Wide;
    vectors_defaults: Grown;
    vectors_enums: Enums Rows;
    vectors_evolution: Grown Log Outer Strict;
    vectors_identifiers: Identifiers;
    vectors_maps: Note Numbers Wides Named Texts Values Inside;
    vectors_names: Message;
    vectors_nested: Branch Empty Holders Leaf Tree;
    vectors_optionals: Note Optionals;
    vectors_renames: Trade;
    vectors_scalars: Nothing Padding Scalars;
    vectors_text: Bounded Huge Unbounded;
    vectors_unions: Order Unions;
}
