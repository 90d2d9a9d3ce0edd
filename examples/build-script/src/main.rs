//! A crate that compiles its own schema at build time, and sends a message to itself.

mycelium::include_schema!("places", "weather");

use std::error::Error;

use mycelium::{Message, Timestamp};
use places::Station;
use weather::{Report, Sky};

fn main() -> Result<(), Box<dyn Error>> {
    let report = Report {
        taken: Timestamp::parse_rfc3339("2024-08-08T12:00:00Z").ok_or("no such time")?,
        station: Station { number: 10382, position: (52.56, 13.29) },
        temperature: "21.5".parse()?,
        sky: Sky::Cloudy,
        gusts: vec![3.5, 7.25],
        remark: Some("grün".to_owned()),
    };
    let frame = report.to_frame();
    assert_eq!(Report::from_frame(&frame)?, report);

    println!("topic   {}", Report::TOPIC);
    println!("digest  {}", Report::DIGEST);
    println!("frame   {} bytes, goes round", frame.len());
    Ok(())
}
