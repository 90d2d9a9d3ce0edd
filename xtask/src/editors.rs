//! `cargo xtask editors`: packs the extension for Visual Studio Code, without network.
//!
//! A `.vsix` is a zip with the extension below `extension/`, a manifest and a list of content types. The same files
//! give the same bytes.

use std::fs;
use std::io::{Cursor, Write};
use std::path::PathBuf;

use serde_json::Value;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::failure::{Failure, io_failure};
use crate::{Outcome, repo};

/// Files of the extension.
const FILES: [&str; 7] = [
    "README.md",
    "client.js",
    "convert.js",
    "extension.js",
    "language-configuration.json",
    "package.json",
    "syntaxes/myc.tmLanguage.json",
];

const CONTENT_TYPES: &str = r#"<?xml version="1.0" encoding="utf-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
  <Default Extension=".js" ContentType="application/javascript"/>
  <Default Extension=".json" ContentType="application/json"/>
  <Default Extension=".md" ContentType="text/markdown"/>
  <Default Extension=".vsixmanifest" ContentType="text/xml"/>
</Types>
"#;

/// Packs the extension.
pub(crate) fn run() -> Outcome {
    let package = Package::read()?;
    let folder = repo::target().join("editors");
    fs::create_dir_all(&folder).map_err(io_failure("make", &folder))?;
    let path = folder.join(package.file_name());
    fs::write(&path, package.pack()?).map_err(io_failure("write", &path))?;
    println!("{}", repo::shown(&path));
    println!("  install it: code --install-extension {}", repo::shown(&path));
    Ok(())
}

/// The extension, and what it says of itself.
struct Package {
    manifest: Value,
    files: Vec<(&'static str, Vec<u8>)>,
}

impl Package {
    fn read() -> Result<Package, Failure> {
        let folder = folder();
        let read = |name: &'static str| {
            let path = folder.join(name);
            fs::read(&path).map(|bytes| (name, bytes)).map_err(io_failure("read", &path))
        };
        let files = FILES.into_iter().map(read).collect::<Result<Vec<_>, _>>()?;
        let path = folder.join("package.json");
        let text = fs::read(&path).map_err(io_failure("read", &path))?;
        let manifest = serde_json::from_slice(&text)
            .map_err(|error| Failure::new(format!("{} is no JSON: {error}", repo::shown(&path))))?;
        Ok(Package { manifest, files })
    }

    fn of(&self, key: &str) -> &str {
        self.manifest[key].as_str().unwrap_or_default()
    }

    fn file_name(&self) -> String {
        format!("{}-{}.vsix", self.of("name"), self.of("version"))
    }

    fn pack(&self) -> Result<Vec<u8>, Failure> {
        let manifest = self.vsix_manifest();
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        // Without a time of its own each file has the same one.
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        let failure = |error: String| Failure::new(format!("cannot pack the extension: {error}"));
        let about = [
            ("[Content_Types].xml".to_owned(), CONTENT_TYPES.as_bytes()),
            ("extension.vsixmanifest".to_owned(), manifest.as_bytes()),
        ];
        let own = self.files.iter().map(|(name, bytes)| (format!("extension/{name}"), &bytes[..]));
        for (name, bytes) in about.into_iter().chain(own) {
            zip.start_file(name, options).map_err(|error| failure(error.to_string()))?;
            zip.write_all(bytes).map_err(|error| failure(error.to_string()))?;
        }
        let packed = zip.finish().map_err(|error| failure(error.to_string()))?;
        Ok(packed.into_inner())
    }

    fn vsix_manifest(&self) -> String {
        let (name, version, publisher) =
            (self.of("name"), self.of("version"), self.of("publisher"));
        let (title, description) = (self.of("displayName"), self.of("description"));
        let engine = self.manifest["engines"]["vscode"].as_str().unwrap_or_default();
        format!(
            r#"<?xml version="1.0" encoding="utf-8"?>
<PackageManifest Version="2.0.0" xmlns="http://schemas.microsoft.com/developer/vsx-schema/2011">
  <Metadata>
    <Identity Language="en-US" Id="{name}" Version="{version}" Publisher="{publisher}"/>
    <DisplayName>{title}</DisplayName>
    <Description xml:space="preserve">{description}</Description>
    <Categories>Programming Languages,Formatters,Linters</Categories>
    <Properties>
      <Property Id="Microsoft.VisualStudio.Code.Engine" Value="{engine}"/>
    </Properties>
  </Metadata>
  <Installation>
    <InstallationTarget Id="Microsoft.VisualStudio.Code"/>
  </Installation>
  <Dependencies/>
  <Assets>
    <Asset Type="Microsoft.VisualStudio.Code.Manifest" Path="extension/package.json" Addressable="true"/>
    <Asset Type="Microsoft.VisualStudio.Services.Content.Details" Path="extension/README.md" Addressable="true"/>
  </Assets>
</PackageManifest>
"#
        )
    }
}

fn folder() -> PathBuf {
    repo::root().join("editors/vscode")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::io::{Cursor, Read};
    use std::path::Path;

    use zip::ZipArchive;

    use super::{FILES, Package, folder};

    /// Names of all files of the extension on disk.
    fn on_disk(folder: &Path, prefix: &str, found: &mut BTreeSet<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = format!("{prefix}{}", path.file_name().unwrap().to_str().unwrap());
            if path.is_dir() {
                on_disk(&path, &format!("{name}/"), found);
            } else {
                found.insert(name);
            }
        }
    }

    #[test]
    fn the_package_has_every_file_of_the_extension() {
        let mut found = BTreeSet::new();
        on_disk(&folder(), "", &mut found);
        assert_eq!(found, FILES.map(str::to_owned).into());
        let bytes = Package::read().unwrap().pack().unwrap();
        let mut archive = ZipArchive::new(Cursor::new(&bytes)).unwrap();
        assert_eq!(archive.len(), FILES.len() + 2);
        for name in FILES {
            let mut packed = Vec::new();
            let mut file = archive.by_name(&format!("extension/{name}")).unwrap();
            file.read_to_end(&mut packed).unwrap();
            assert_eq!(packed, fs::read(folder().join(name)).unwrap(), "{name}");
        }
        assert_eq!(bytes, Package::read().unwrap().pack().unwrap());
    }

    #[test]
    fn what_the_manifest_names_is_there() {
        let package = Package::read().unwrap();
        let contributes = &package.manifest["contributes"];
        let named = [
            &package.manifest["main"],
            &contributes["languages"][0]["configuration"],
            &contributes["grammars"][0]["path"],
        ];
        for name in named {
            let name = name.as_str().unwrap().strip_prefix("./").unwrap();
            assert!(FILES.contains(&name), "{name}");
        }
        assert_eq!(package.of("version"), env!("CARGO_PKG_VERSION"));
        let manifest = package.vsix_manifest();
        // None of the texts needs to be escaped, for which nothing here cares.
        assert!(
            !manifest.contains('&') && manifest.contains("Id=\"mycelium-schema\""),
            "{manifest}"
        );
    }
}
