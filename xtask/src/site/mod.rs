//! `mycc doc` in a real browser: the pages are drawn, light and dark, wide and narrow; the search finds,
//! and nothing that a schema says runs.

mod browser;
mod picture;

use std::fs;
use std::path::{Path, PathBuf};

use crate::failure::{Failure, io_failure};
use crate::progress::Progress;
use crate::setup::chromium;
use crate::steps::StepResult;
use crate::{generate, repo, workspace};
use browser::Browser;
use picture::Picture;

/// A schema that would like to run something on every page that shows it.
const HOSTILE: &str = r#"//! <script>document.documentElement.id = "broken"</script>
package hostile;
/// <img src=x onerror="document.documentElement.id = 'broken'"> [me](javascript:alert(1))
@deprecated("</p><script>document.documentElement.id = 'broken'</script>")
message Trade = 1 {
    /// `</td><script>document.documentElement.id = "broken"</script>`
    note: string = "<script>document.documentElement.id = 'broken'</script>",
}
"#;

/// Makes the sites and looks at them.
pub(crate) fn run(progress: &Progress) -> StepResult {
    let program = chromium::prepare(progress)?;
    workspace::build(progress)?;
    let folder = repo::target().join("xtask/site");
    let browser = Browser::new(program, folder.join("profile"));
    let pages = folder.join("pages");
    make(&pages, &repo::root().join("schemas"), progress)?;

    look(&browser, &folder, &pages, progress)?;
    read(&browser, &pages, progress)?;
    resist(&browser, &folder, progress)?;
    Ok(format!("3 pictures in {}", repo::shown(&folder)))
}

/// A site of the schemas in a folder.
fn make(site: &Path, schemas: &Path, progress: &Progress) -> Result<(), Failure> {
    let tool = generate::built_mycc().args(["doc", "--out"]).arg(site).arg(schemas);
    tool.run("site-made", progress).map(drop)
}

/// Pictures: neither is blank, the colours are those that were asked for, nothing is cut off.
fn look(
    browser: &Browser,
    folder: &Path,
    pages: &Path,
    progress: &Progress,
) -> Result<(), Failure> {
    let shoot = |name: &str, page: &str, options: &[&str]| -> Result<Picture, Failure> {
        let path: PathBuf = folder.join(format!("{name}.png"));
        browser.picture(&pages.join(page), options, &path, progress)?;
        let picture = Picture::read(&path)?;
        expect(picture.colors() > 40, &format!("{} is blank", repo::shown(&path)))?;
        Ok(picture)
    };
    let page = "types/market.Trade.html";
    let wide = "--window-size=1280,1400";
    let light = shoot("light", page, &[wide, "--blink-settings=preferredColorScheme=1"])?;
    expect(light.ground_brightness() > 220, "the light page is not light")?;
    let dark = shoot("dark", page, &[wide, "--blink-settings=preferredColorScheme=0"])?;
    expect(dark.ground_brightness() < 50, "the dark page is not dark")?;
    // The narrowest window that the browser opens.
    let narrow = shoot("narrow", page, &["--window-size=500,1400", "--hide-scrollbars"])?;
    expect(narrow.edge_colors() <= 4, "the narrow page is cut off at its right edge")
}

/// The search fills its list; without a script the list of all names is there.
fn read(browser: &Browser, pages: &Path, progress: &Progress) -> Result<(), Failure> {
    let found = browser.document(&pages.join("index.html"), "?q=trade&theme=dark", progress)?;
    let results = between(&found, "id=\"results\"", "</form>");
    let first = results.find("href=\"types/market.Trade.html\"");
    let field = results.find("href=\"types/market.Trade.html#member.trade_id\"");
    let is_sorted = matches!((first, field), (Some(first), Some(field)) if first < field);
    expect(is_sorted, "the search for `trade` does not show market.Trade and then its field")?;
    expect(results.contains(" found"), "the search does not say how much it found")?;
    expect(found.contains("data-theme=\"dark\""), "the page does not take the theme it was given")?;

    let nothing = browser.document(&pages.join("names.html"), "?q=xyzzy", progress)?;
    expect(nothing.contains("Nothing is called so."), "a search in vain does not say so")?;
    expect(
        between(&nothing, "<main", "</main>").contains("href=\"types/market.Trade.html\""),
        "the list of all names does not have market.Trade",
    )
}

/// What a schema says is shown, not run.
fn resist(browser: &Browser, folder: &Path, progress: &Progress) -> Result<(), Failure> {
    let (schemas, site) = (folder.join("hostile-schemas"), folder.join("hostile-pages"));
    fs::create_dir_all(&schemas).map_err(io_failure("make the folder", &schemas))?;
    let schema = schemas.join("hostile.myc");
    fs::write(&schema, HOSTILE).map_err(io_failure("write", &schema))?;
    make(&site, &schemas, progress)?;
    for page in ["index.html", "types/hostile.Trade.html"] {
        let document = browser.document(&site.join(page), "?q=trade", progress)?;
        expect(!document.contains("id=\"broken\""), "a schema has run a script")?;
        expect(
            document.contains("&lt;script&gt;document"),
            "what the schema says is not shown as it stands",
        )?;
    }
    Ok(())
}

fn between<'t>(text: &'t str, from: &str, to: &str) -> &'t str {
    let behind = text.split_once(from).map_or("", |(_, behind)| behind);
    behind.split_once(to).map_or(behind, |(inside, _)| inside)
}

fn expect(is_true: bool, otherwise: &str) -> Result<(), Failure> {
    if is_true {
        return Ok(());
    }
    Err(Failure::new(otherwise).remedy("target/xtask has the pages, pictures and logs"))
}
