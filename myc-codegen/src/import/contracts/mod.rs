use super::report::ImportError;
use super::{Lowered, Source};
pub(super) fn lower(_: &[Source]) -> Result<Lowered, ImportError> {
    Ok((vec![], vec![]))
}
