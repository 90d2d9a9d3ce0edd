//! The section of the page about the derive.

use super::Measured;
use super::packages::{FORMS, Form};
use super::set::{ENUMS, FIELDS, MESSAGES, STRUCTS};
use super::source::{CODECS, Codec};
use crate::bench::measure::Sample;

const TEMPLATE: &str = include_str!("section.md");

/// Fills the template.
pub(super) fn write(results: &[Measured], versions: &str) -> String {
    let rounds = results.first().map_or(0, |measured| measured.samples.len());
    TEMPLATE
        .replace("{messages}", &MESSAGES.to_string())
        .replace("{fields}", &FIELDS.to_string())
        .replace("{structs}", &STRUCTS.to_string())
        .replace("{enums}", &ENUMS.to_string())
        .replace("{rounds}", &rounds.to_string())
        .replace("{versions}", versions)
        .replace("{table}", &table(results))
}

fn table(results: &[Measured]) -> String {
    let mut lines = vec![
        "| | library | over the plain types | wall | program | over the plain types | wall |"
            .to_owned(),
        "|---|--:|--:|--:|--:|--:|--:|".to_owned(),
    ];
    for codec in CODECS {
        let cells = FORMS.map(|form| cells(results, codec, form).unwrap_or_default());
        lines.push(format!("| {} | {} |", name(codec), cells.join(" | ")));
    }
    lines.join("\n")
}

fn name(codec: Codec) -> &'static str {
    match codec {
        Codec::None => "plain types",
        codec => codec.name(),
    }
}

fn cells(results: &[Measured], codec: Codec, form: Form) -> Option<String> {
    let cpu = |sample: &Sample| sample.cpu_ms;
    let own = find(results, codec, form)?;
    let (least, median) = spread(own, cpu)?;
    let over = match codec {
        Codec::None => String::new(),
        _ => {
            let (plain, median_of_plain) = spread(find(results, Codec::None, form)?, cpu)?;
            shown(least - plain, median - median_of_plain)
        }
    };
    let (wall, median_of_wall) = spread(own, |sample| sample.wall_ms)?;
    Some(format!("{} | {over} | {}", shown(least, median), shown(wall, median_of_wall)))
}

fn find(results: &[Measured], codec: Codec, form: Form) -> Option<&Measured> {
    results.iter().find(|measured| measured.codec == codec && measured.form == form)
}

/// Lowest and median, in milliseconds.
fn spread(measured: &Measured, time_ms: impl Fn(&Sample) -> f64) -> Option<(f64, f64)> {
    let mut times_ms: Vec<f64> = measured.samples.iter().map(time_ms).collect();
    times_ms.sort_by(f64::total_cmp);
    Some((*times_ms.first()?, times_ms[times_ms.len() / 2]))
}

fn shown(least_ms: f64, median_ms: f64) -> String {
    format!("{:.2} ({:.2})", least_ms / 1e3, median_ms / 1e3)
}

#[cfg(test)]
mod tests {
    use super::write;
    use crate::bench::derive::Measured;
    use crate::bench::derive::packages::FORMS;
    use crate::bench::derive::source::{CODECS, Codec};
    use crate::bench::measure::Sample;

    #[test]
    fn the_section_takes_the_plain_types_off() {
        let sample = |cpu_ms| Sample { cpu_ms, wall_ms: 2000.0, peak_mib: 1.0 };
        let samples = |codec| match codec {
            Codec::None => vec![sample(1500.0), sample(1000.0), sample(1400.0)],
            _ => vec![sample(3000.0), sample(4000.0), sample(3500.0)],
        };
        let all = CODECS.into_iter().flat_map(|codec| FORMS.map(|form| (codec, form)));
        let results: Vec<Measured> =
            all.map(|(codec, form)| Measured { codec, form, samples: samples(codec) }).collect();
        let section = write(&results, "prost 1");
        assert!(section.contains("| plain types | 1.00 (1.40) |  | 2.00 (2.00) |"), "{section}");
        assert!(
            section.contains("| rkyv | 3.00 (3.50) | 2.00 (2.10) | 2.00 (2.00) |"),
            "{section}"
        );
        assert!(!section.contains('{'), "every place is filled: {section}");
    }
}
