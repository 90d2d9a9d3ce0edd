type t = int64

external of_ns : int64 -> t = "%identity"
external to_ns : t -> int64 = "%identity"

let epoch = 0L
let ns_per_second = 1_000_000_000L
let seconds_per_day = 86_400
let add t d = Int64.add t (Duration.to_ns d)
let diff a b = Duration.of_ns (Int64.sub a b)

(* Days are counted in eras of 400 years that begin on 1 March, so that the leap day is the last
   day of a year. *)
let civil_of_days days =
  let shifted = days + 719_468 in
  let era = (if shifted >= 0 then shifted else shifted - 146_096) / 146_097 in
  let day_of_era = shifted - (era * 146_097) in
  let year_of_era =
    (day_of_era - (day_of_era / 1460) + (day_of_era / 36_524) - (day_of_era / 146_096)) / 365
  in
  let day_of_year =
    day_of_era - ((365 * year_of_era) + (year_of_era / 4) - (year_of_era / 100))
  in
  let month_from_march = ((5 * day_of_year) + 2) / 153 in
  let day = day_of_year - (((153 * month_from_march) + 2) / 5) + 1 in
  let month = if month_from_march < 10 then month_from_march + 3 else month_from_march - 9 in
  let year = year_of_era + (era * 400) + if month <= 2 then 1 else 0 in
  (year, month, day)

let days_of_civil (year, month, day) =
  let year = if month <= 2 then year - 1 else year in
  let era = (if year >= 0 then year else year - 399) / 400 in
  let year_of_era = year - (era * 400) in
  let month_from_march = if month > 2 then month - 3 else month + 9 in
  let day_of_year = (((153 * month_from_march) + 2) / 5) + day - 1 in
  let day_of_era =
    (year_of_era * 365) + (year_of_era / 4) - (year_of_era / 100) + day_of_year
  in
  (era * 146_097) + day_of_era - 719_468

(* Quotient towards minus infinity and its remainder. *)
let floor_div a b =
  let quotient = Int64.div a b and remainder = Int64.rem a b in
  if remainder < 0L then (Int64.pred quotient, Int64.add remainder b) else (quotient, remainder)

let to_string ns =
  let seconds, part = floor_div ns ns_per_second in
  let days, second = floor_div seconds (Int64.of_int seconds_per_day) in
  let year, month, day = civil_of_days (Int64.to_int days) in
  let second = Int64.to_int second in
  Printf.sprintf "%04d-%02d-%02dT%02d:%02d:%02d.%09LdZ" year month day (second / 3600)
    (second / 60 mod 60) (second mod 60) part

(* Seconds and nanoseconds as one number, unless it does not fit. The smallest values overflow
   where the seconds alone are multiplied, so a negative number goes one second up and back. *)
let combine ~seconds ~part =
  let up = if seconds < 0 then 1 else 0 in
  let whole = Int64.mul (Int64.of_int (seconds + up)) ns_per_second in
  let ns = Int64.add whole (Int64.of_int (part - (up * 1_000_000_000))) in
  let in_reach = abs seconds <= 9_223_372_037 in
  if in_reach && ns < 0L = (seconds < 0) then Some ns else None

let is_leap year = year mod 4 = 0 && (year mod 100 <> 0 || year mod 400 = 0)

let days_in_month year = function
  | 2 -> if is_leap year then 29 else 28
  | 4 | 6 | 9 | 11 -> 30
  | _ -> 31

(* [length] decimal digits at [at]. *)
let digits text at length =
  let rec go i n =
    if i = length then Some n
    else
      match text.[at + i] with
      | '0' .. '9' as c -> go (i + 1) ((n * 10) + Char.code c - Char.code '0')
      | _ -> None
  in
  if at + length <= String.length text then go 0 0 else None

let ( let* ) = Option.bind
let require condition = if condition then Some () else None

let date_and_time text =
  let is_at i c = String.length text > i && c text.[i] in
  let separated =
    is_at 4 (( = ) '-') && is_at 7 (( = ) '-')
    && is_at 10 (fun c -> c = 'T' || c = 't' || c = ' ')
    && is_at 13 (( = ) ':')
    && is_at 16 (( = ) ':')
  in
  let* () = require separated in
  let* year = digits text 0 4 in
  let* month = digits text 5 2 in
  let* day = digits text 8 2 in
  let* hour = digits text 11 2 in
  let* minute = digits text 14 2 in
  let* second = digits text 17 2 in
  let* () = require (month >= 1 && month <= 12 && day >= 1 && day <= days_in_month year month) in
  let* () = require (hour < 24 && minute < 60 && second < 60) in
  let days = days_of_civil (year, month, day) in
  Some ((days * seconds_per_day) + (hour * 3600) + (minute * 60) + second)

(* Nanoseconds after the point at [at], if there is one, and where they end. *)
let fraction text at =
  if at >= String.length text || text.[at] <> '.' then Some (0, at)
  else
    let rec stop i =
      if i < String.length text && text.[i] >= '0' && text.[i] <= '9' then stop (i + 1) else i
    in
    let length = stop (at + 1) - at - 1 in
    let* () = require (length >= 1 && length <= 9) in
    let* n = digits text (at + 1) length in
    let rec scale n places = if places = 9 then n else scale (n * 10) (places + 1) in
    Some (scale n length, at + 1 + length)

(* Seconds that the local time at [at] is ahead of UTC. *)
let zone text at =
  match String.sub text at (String.length text - at) with
  | "Z" | "z" -> Some 0
  | offset when String.length offset = 6 && offset.[3] = ':' ->
      let* hours = digits offset 1 2 in
      let* minutes = digits offset 4 2 in
      let* () = require (hours < 24 && minutes < 60) in
      let ahead = (hours * 3600) + (minutes * 60) in
      (match offset.[0] with
      | '+' -> Some ahead
      | '-' -> Some (-ahead)
      | _ -> None)
  | _ -> None

let of_string text =
  let* local = date_and_time text in
  let* part, at = fraction text 19 in
  let* ahead = zone text at in
  combine ~seconds:(local - ahead) ~part

let equal = Int64.equal
let compare = Int64.compare
let pp ppf t = Format.pp_print_string ppf (to_string t)
