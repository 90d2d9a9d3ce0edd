//! Paths and URIs. What is no file, such as a text that was never saved, has its URI as its path.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use lsp_types::Uri;
use myc_schema::analysis::normal_path;

/// The path that a document has here.
pub(super) fn path_of(uri: &Uri) -> PathBuf {
    let Some(rest) = uri.as_str().strip_prefix("file://") else {
        return PathBuf::from(uri.as_str());
    };
    // Between the slashes a host may be named, which is always this one.
    let path = rest.find('/').map_or("", |at| &rest[at..]);
    let text = decode(path);
    // `/c:/schemas` is `c:/schemas`.
    let has_drive = cfg!(windows) && text.as_bytes().get(2) == Some(&b':');
    normal_path(Path::new(if has_drive { &text[1..] } else { &text }))
}

/// The URI of a path.
pub(super) fn uri_of(path: &Path) -> Option<Uri> {
    let text = path.to_str()?;
    if !path.is_absolute() {
        return Uri::from_str(text).ok();
    }
    let text = text.replace('\\', if cfg!(windows) { "/" } else { "\\" });
    let root = if text.starts_with('/') { "" } else { "/" };
    Uri::from_str(&format!("file://{root}{}", encode(&text))).ok()
}

fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let digits = text.get(at + 1..at + 3).filter(|_| *byte == b'%');
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(escaped) => {
                decoded.push(escaped);
                at += 3;
            }
            None => {
                decoded.push(*byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' | b'~' => {
                encoded.push(char::from(byte));
            }
            other => encoded.push_str(&format!("%{other:02X}")),
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{path_of, uri_of};

    #[test]
    fn paths_come_back_from_their_uris() {
        for path in ["/a/b.myc", "/a b/ü%.myc", "/x/#1?.myc", "untitled:Untitled-1"] {
            let uri = uri_of(Path::new(path)).unwrap();
            assert_eq!(path_of(&uri), Path::new(path), "{}", uri.as_str());
        }
        let odd = "file://localhost/a/./b/../c%20d.myc".parse().unwrap();
        assert_eq!(path_of(&odd), Path::new("/a/c d.myc"));
    }
}
