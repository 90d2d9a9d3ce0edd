//! What is in a screenshot, as far as a test can say.

use std::collections::HashMap;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use crate::failure::{Failure, io_failure};
use crate::repo;

/// Pixels at the right edge that should show nothing but the ground.
const EDGE: usize = 6;

type Color = [u8; 3];

/// A picture in full colour.
pub(super) struct Picture {
    width: usize,
    pixels: Vec<Color>,
}

impl Picture {
    /// A PNG file.
    pub(super) fn read(path: &Path) -> Result<Picture, Failure> {
        let failed = |error: png::DecodingError| {
            Failure::new(format!("{} is no picture: {error}", repo::shown(path)))
        };
        let file = File::open(path).map_err(io_failure("read", path))?;
        let mut decoder = png::Decoder::new(BufReader::new(file));
        decoder.set_transformations(png::Transformations::normalize_to_color8());
        let mut reader = decoder.read_info().map_err(failed)?;
        let mut bytes = vec![0; reader.output_buffer_size().unwrap_or_default()];
        let info = reader.next_frame(&mut bytes).map_err(failed)?;
        let samples = info.color_type.samples();
        if samples < 3 {
            return Err(Failure::new(format!("{} has no colours", repo::shown(path))));
        }
        let pixels = bytes.chunks_exact(samples).map(|pixel| [pixel[0], pixel[1], pixel[2]]);
        Ok(Picture { width: info.width as usize, pixels: pixels.collect() })
    }

    /// How many colours it has; a blank page has one.
    pub(super) fn colors(&self) -> usize {
        counted(self.pixels.iter()).len()
    }

    /// How bright its most frequent colour is, from 0 to 255.
    pub(super) fn ground_brightness(&self) -> u32 {
        let counts = counted(self.pixels.iter());
        let ground = counts.iter().max_by_key(|(_, count)| **count).map(|(color, _)| *color);
        ground.map_or(0, |[r, g, b]| (u32::from(r) + u32::from(g) + u32::from(b)) / 3)
    }

    /// How many colours the right edge has: text that runs out of the page would add to them.
    pub(super) fn edge_colors(&self) -> usize {
        let edge = |row: &'_ [Color]| row[row.len().saturating_sub(EDGE)..].to_vec();
        let pixels: Vec<Color> = self.pixels.chunks(self.width).flat_map(edge).collect();
        counted(pixels.iter()).len()
    }
}

fn counted<'p>(pixels: impl Iterator<Item = &'p Color>) -> HashMap<Color, usize> {
    let mut counts = HashMap::new();
    for pixel in pixels {
        *counts.entry(*pixel).or_default() += 1;
    }
    counts
}
