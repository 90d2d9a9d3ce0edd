(* Arithmetic with decimals beside that of digits on paper, and examples that one can check in one's head. *)

open Mycelium_wire
open QCheck

let roundings : Decimal.rounding list =
  [ Half_even; Half_up; Half_down; Up; Down; Ceiling; Floor ]

(* {1 What is expected} *)

let is_negative (d : Decimal.t) = d.mantissa < 0L

let magnitude (d : Decimal.t) =
  let text = Int64.to_string d.mantissa in
  let skipped = if is_negative d then 1 else 0 in
  Natural.of_digits (String.sub text skipped (String.length text - skipped))

let is_rounded_up (rounding : Decimal.rounding) ~negative quotient ~beside_half ~exact =
  match rounding with
  | Up -> not exact
  | Down -> false
  | Ceiling -> (not exact) && not negative
  | Floor -> (not exact) && negative
  | Half_up -> beside_half >= 0
  | Half_down -> beside_half > 0
  | Half_even ->
      beside_half > 0 || (beside_half = 0 && quotient <> [] && List.hd quotient mod 2 = 1)

(* A fraction as the text of a mantissa; [None] where that has more than 64 bits. *)
let mantissa_of_fraction rounding ~negative numerator denominator =
  let quotient, rest = Natural.divide numerator denominator in
  let beside_half = Natural.compare (Natural.add rest rest) denominator in
  let goes_up = is_rounded_up rounding ~negative quotient ~beside_half ~exact:(rest = []) in
  let found = if goes_up then Natural.add quotient [ 1 ] else quotient in
  let most = if negative then "9223372036854775808" else "9223372036854775807" in
  if Natural.compare found (Natural.of_digits most) > 0 then None
  else if negative && found <> [] then Some ("-" ^ Natural.to_string found)
  else Some (Natural.to_string found)

(* With so many places more or, below zero, fewer. *)
let shifted_fraction rounding ~negative numerator denominator places =
  mantissa_of_fraction rounding ~negative
    (Natural.shift (max places 0) numerator)
    (Natural.shift (max (-places) 0) denominator)

let differ a b = is_negative a <> is_negative b

let product ~scale rounding (a : Decimal.t) (b : Decimal.t) =
  let digits = Natural.mul (magnitude a) (magnitude b) in
  shifted_fraction rounding ~negative:(differ a b) digits [ 1 ] (scale - a.scale - b.scale)

let quotient ~scale rounding (a : Decimal.t) (b : Decimal.t) =
  let negative = differ a b in
  shifted_fraction rounding ~negative (magnitude a) (magnitude b) (scale - a.scale + b.scale)

let rescaled ~scale rounding (a : Decimal.t) =
  shifted_fraction rounding ~negative:(is_negative a) (magnitude a) [ 1 ] (scale - a.scale)

(* {1 Properties} *)

let found f =
  match f () with
  | { Decimal.mantissa; _ } -> Some (Int64.to_string mantissa)
  | exception Decimal.Overflow -> None

let mantissas =
  let edges = Gen.oneofl [ 0L; 1L; -1L; 5L; 10L; 15L; -25L; Int64.max_int; Int64.min_int ] in
  let small = Gen.map Int64.of_int (Gen.int_range (-2000) 2000) in
  let middle = Gen.map Int64.of_int (Gen.int_range (-4_000_000_000) 4_000_000_000) in
  Gen.frequency [ (1, edges); (3, small); (3, middle); (3, Gen.ui64) ]

let scales = Gen.int_range 0 18

let decimal =
  make ~print:Decimal.to_string
    (Gen.map2 (fun mantissa scale -> { Decimal.mantissa; scale }) mantissas scales)

let scale = make ~print:string_of_int scales
let holds name arbitrary check = Test.make ~count:3_000 ~name arbitrary check
let for_all check = List.for_all check roundings

let rounded =
  [
    holds "products are those on paper" (triple scale decimal decimal) (fun (scale, a, b) ->
        for_all (fun rounding ->
            product ~scale rounding a b
            = found (fun () -> Decimal.mul_rounded ~scale ~rounding a b)));
    holds "quotients are those on paper" (triple scale decimal decimal) (fun (scale, a, b) ->
        b.mantissa = 0L
        || for_all (fun rounding ->
               quotient ~scale rounding a b
               = found (fun () -> Decimal.div ~scale ~rounding a b)));
    holds "another scale is that on paper" (pair scale decimal) (fun (scale, a) ->
        for_all (fun rounding ->
            rescaled ~scale rounding a = found (fun () -> Decimal.rescale ~scale ~rounding a)));
  ]

let is_exactly f ~expected =
  match f () with
  | found -> Decimal.equal found (expected ())
  | exception Decimal.Overflow -> true

let exact =
  [
    holds "a product that fits is exact" (pair decimal decimal) (fun (a, b) ->
        let scale = a.scale + b.scale in
        let on_paper = if scale > 18 then None else product ~scale Down a b in
        on_paper = found (fun () -> Decimal.mul a b));
    holds "products come apart" (pair decimal decimal) (fun (a, b) ->
        b.mantissa = 0L
        || is_exactly ~expected:(fun () -> a) (fun () ->
               Decimal.div ~scale:a.scale ~rounding:Up (Decimal.mul a b) b));
    holds "sums come apart" (pair decimal decimal) (fun (a, b) ->
        is_exactly ~expected:(fun () -> a) (fun () -> Decimal.sub (Decimal.add a b) b));
    holds "order is that of the difference" (pair decimal decimal) (fun (a, b) ->
        match Decimal.sub a b with
        | { mantissa; _ } -> Int64.compare mantissa 0L = Decimal.compare a b
        | exception Decimal.Overflow -> Decimal.compare a b = -Decimal.compare b a);
    holds "of a scale, and back" decimal (fun a ->
        match Decimal.S8.of_scaled a with
        | Some fixed -> Decimal.equal (Decimal.S8.to_scaled fixed) a
        | None -> not (a.scale = 8 || a.mantissa = 0L));
  ]

(* {1 Examples} *)

module Price = Decimal.S2

let price = Price.of_string_exn

(* For -2.5, -1.6, -1.1, 1.1, 1.6, 2.5 and 3.5: what Python's [decimal] says. *)
let to_whole : (Decimal.rounding * string) list =
  [
    (Half_even, "-2 -2 -1 1 2 2 4");
    (Half_up, "-3 -2 -1 1 2 3 4");
    (Half_down, "-2 -2 -1 1 2 2 3");
    (Up, "-3 -2 -2 2 2 3 4");
    (Down, "-2 -1 -1 1 1 2 3");
    (Ceiling, "-2 -1 -1 2 2 3 4");
    (Floor, "-3 -2 -2 1 1 2 3");
  ]

let roundings_of_neighbours () =
  let all = [ "-2.5"; "-1.6"; "-1.1"; "1.1"; "1.6"; "2.5"; "3.5" ] in
  let check (rounding, expected) =
    let whole text =
      let d = Option.get (Decimal.of_string ~scale:1 text) in
      Decimal.to_string (Decimal.rescale ~scale:0 ~rounding d)
    in
    Check.string ~expected (String.concat " " (List.map whole all))
  in
  List.iter check to_whole

let of_one_scale () =
  let is expected found = Check.string ~expected (Price.to_string found) in
  is "0.02" (Price.mul ~rounding:Half_even (price "0.15") (price "0.10"));
  is "0.33" (Price.div ~rounding:Half_even (price "1") (price "3"));
  is "-0.34" (Price.div ~rounding:Floor (price "-1") (price "3"));
  is "1.30" (Price.round ~places:1 ~rounding:Half_up (price "1.25"));
  is "1.25" (Price.round ~places:7 ~rounding:Half_up (price "1.25"));
  (* The product has 128 bits before it is rounded. *)
  let most = Decimal.S18.of_string_exn "3.000000000000000001" in
  Check.string ~expected:"9.000000000000000006"
    (Decimal.S18.to_string (Decimal.S18.mul ~rounding:Down most most))

let raises expected f =
  match f () with
  | _ -> Check.fail "it is done"
  | exception found when found = expected -> ()

let refusals () =
  let most = Price.of_mantissa Int64.max_int and one = Decimal.{ mantissa = 1L; scale = 10 } in
  raises Division_by_zero (fun () -> Price.div ~rounding:Down most Price.zero);
  raises Decimal.Overflow (fun () -> Price.mul ~rounding:Down most most);
  raises Decimal.Overflow (fun () -> Price.div ~rounding:Down most (price "0.5"));
  raises Decimal.Overflow (fun () -> Price.round ~places:0 ~rounding:Up most);
  raises Decimal.Overflow (fun () -> Decimal.mul one one);
  raises (Invalid_argument "Decimal: a scale of 19, where 0 to 18 are possible") (fun () ->
      Decimal.rescale ~scale:19 ~rounding:Down one);
  raises (Invalid_argument "Decimal: a scale of -1, where 0 to 18 are possible") (fun () ->
      Decimal.add one { one with scale = -1 });
  raises (Invalid_argument "Decimal: a scale of 19, where 0 to 18 are possible") (fun () ->
      Decimal.mul { one with scale = 19 } { one with scale = 0 })

let () =
  Check.run "decimals"
    [
      ("each rounding takes its neighbour", roundings_of_neighbours);
      ("decimals of one scale", of_one_scale);
      ("what cannot be done is refused", refusals);
    ];
  exit (QCheck_base_runner.run_tests ~rand:(Random.State.make [| 7 |]) (rounded @ exact))
