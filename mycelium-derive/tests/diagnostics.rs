//! What each wrong input is told, and where. `TRYBUILD=overwrite` writes the answers anew.

#[test]
fn each_refusal_says_what_to_do() {
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}
