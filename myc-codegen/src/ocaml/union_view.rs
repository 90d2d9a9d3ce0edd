//! Views of unions: the same variant, its arms read in place.

use myc_schema::schema::{Arm, Union};

use super::expr::{Expr, atom, call};
use super::print::definition;
use super::read::{SRC, Source};
use super::types::{Place, Types};
use super::union::{Shape, UNKNOWN, constructor, is_message, place_of};
use super::view::parameters;

/// The module that reads a union in place.
pub(super) fn view(types: &Types<'_>, union: &Union, shape: &Shape, name: &str) -> String {
    let mut cases: Vec<(String, Expr)> = union
        .arms
        .iter()
        .map(|arm| {
            let value = read_arm(types, union, shape, arm, name);
            (arm.tag.to_string(), call(constructor(arm), [value]))
        })
        .collect();
    if union.open {
        let payload =
            call(types.wire("View.unknown"), [atom("src"), atom("tail"), atom("(at + 4)")]);
        let unknown =
            Expr::Record(vec![("tag".to_owned(), atom("tag")), ("payload".to_owned(), payload)]);
        cases.push(("tag".to_owned(), call("Unknown", [unknown])));
    } else {
        let field = super::expr::field_label(name);
        let refuse = call(types.wire("Reader.bad_tag"), [atom("at"), atom("tag"), field]);
        cases.push(("tag".to_owned(), refuse));
    }
    let body = Expr::Match(format!("{} src at", types.wire_in("Reader", shape.tag)), cases);
    let read = definition(&format!("read {}", parameters(&body)), &body, 4);
    super::view::module(&[type_definition(types, union), read])
}

fn read_arm(types: &Types<'_>, union: &Union, shape: &Shape, arm: &Arm, name: &str) -> Expr {
    let place = place_of(name, arm);
    let from = Source { src: SRC, field: &place };
    if !union.open {
        return types.view(&arm.ty, Place(shape.value), from);
    }
    if is_message(types, &arm.ty) {
        return types.view(&arm.ty, Place(4), from);
    }
    let read = types.item_view(&arm.ty, &place);
    let arguments = [read, atom("src"), atom("tail"), atom("(at + 4)")];
    call(types.wire("View.embedded_value"), arguments)
}

fn type_definition(types: &Types<'_>, union: &Union) -> String {
    let mut cases: Vec<String> = union
        .arms
        .iter()
        .map(|arm| format!("{} of {}", constructor(arm), types.view_text(&arm.ty)))
        .collect();
    if union.open {
        cases.push(UNKNOWN.to_owned());
    }
    format!("type t =\n      | {}", cases.join("\n      | "))
}

/// The module that reads a union in place, as the `.mli` file has it.
pub(super) fn declaration(types: &Types<'_>, union: &Union) -> String {
    let declarations = [
        type_definition(types, union),
        "(**/**)".to_owned(),
        "include Mycelium_wire.View.CODEC with type t := t".to_owned(),
    ];
    super::view::signature("Reads one in place.", &declarations)
}
