//! #[derive(Message)] and its siblings
