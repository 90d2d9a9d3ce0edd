//! What a schema says is text: nothing of it becomes a tag, an attribute, a script or a bad address.

use crate::{schema_of, site_of};

/// Tags that the pages are made of.
const TAGS: &str = "a article b blockquote body br button circle code dd details div dl dt em \
    figcaption figure footer form h1 h2 h3 h4 h5 h6 head header hr html i input kbd label li link main \
    meta nav ol p path pre rect script section small span strong summary svg table tbody td text th thead \
    title tr ul";

/// Every tag of a page, as it is written between its brackets.
fn tags(page: &str) -> impl Iterator<Item = &str> {
    page.split('<').skip(1).filter_map(|rest| rest.split('>').next())
}

#[track_caller]
fn check(path: &str, page: &str) {
    let known: Vec<&str> = TAGS.split_whitespace().collect();
    let mut scripts = 0;
    for tag in tags(page).filter(|tag| !tag.starts_with('!')) {
        let name = tag.trim_start_matches('/').split([' ', '\n']).next().unwrap_or_default();
        assert!(known.contains(&name), "{path}: <{tag}>");
        assert!(!tag.contains(" on") && !tag.contains("style="), "{path}: <{tag}>");
        let lower = tag.to_lowercase();
        assert!(!lower.contains("javascript:") && !lower.contains("data:"), "{path}: <{tag}>");
        scripts += usize::from(tag.starts_with("script"));
    }
    assert_eq!(scripts, 1, "{path} has one script, its own");
}

#[track_caller]
fn check_docs(docs: &[&str]) -> String {
    let lines = |mark: &str| {
        docs.iter().map(|line| format!("{mark} {line}\n")).collect::<Vec<_>>().concat()
    };
    let docs = lines("///");
    let schema = format!(
        "{}package hostile;\n{docs}const C: string = \"<script>alert(1)</script>\";\n\
         {docs}type Alias = u8;\n\
         {docs}@deprecated(\"<script>alert(1)</script>\") closed enum E: u8 {{\n{docs}one = 1 }}\n\
         {docs}flags F: u8 {{\n{docs}@deprecated(\"<img src=x onerror=alert(1)>\") bit = 0 }}\n\
         {docs}open union U {{\n{docs}arm: E = 1 }}\n\
         {docs}message M = 1 {{\n{docs}text: string = \"\\\"><script>alert(1)</script>\", u: U }}\n",
        lines("//!")
    );
    let site = site_of(&schema_of(&schema));
    for (path, page) in site.iter().filter(|(path, _)| path.ends_with(".html")) {
        check(path, page);
    }
    assert!(!site["assets/names.js"].contains('<'), "{}", site["assets/names.js"]);
    site["types/hostile.M.html"].clone()
}

#[test]
fn html_in_docs_is_shown_as_text() {
    let page = check_docs(&["<script>alert(1)</script>"]);
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"), "{page}");
    assert!(page.contains("= &#34;\\&#34;&#62;&#60;script&#62;"), "{page}");
    check_docs(&[
        "Text with <img src=x onerror=alert(1)> in it, `</code><script>` and </td></table>.",
    ]);
    check_docs(&[
        "<!-- comment",
        "",
        "<style>*{display:none}</style>",
        "<svg onload=alert(1)>",
        "-->",
    ]);
    check_docs(&[
        "# <b onclick=alert(1)>Heading</b>",
        "",
        "> <iframe src=x>",
        "",
        "- <base href=x>",
    ]);
    check_docs(&["```<script>", "</code></pre><script>alert(1)</script>", "```"]);
    check_docs(&["&lt;script&gt; &#60;script&#62; <![CDATA[<script>]]> <?php ?>"]);
}

#[test]
fn links_lead_only_to_the_web() {
    for address in [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "&#106;avascript:alert(1)",
        "java\\script:alert(1)",
        "javascript:alert(1)//x.html",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "//example.org/x",
        "file:///etc/passwd",
    ] {
        for docs in [
            format!("[text]({address})"),
            format!("![text]({address})"),
            format!("<{address}>"),
            format!("[![inner]({address})]({address} \"title\")"),
        ] {
            let page = check_docs(&[&docs]);
            assert!(!page.contains("href=\"file:") && !page.contains("href=\"//"), "{page}");
        }
    }
    let page =
        check_docs(&["[one](https://example.com/?a=\"b\"&c) and ![two](http://example.com/p.png)"]);
    assert!(page.contains("<a href=\"https://example.com/?a=%22b%22&amp;c\">one</a>"), "{page}");
    assert!(page.contains("<a href=\"http://example.com/p.png\">two</a>"), "{page}");
}

#[test]
fn characters_that_hide_or_turn_text_are_left_out() {
    let page = check_docs(&["be\u{202e}fore\u{2066} and\u{7} after \u{feff}it"]);
    assert!(page.contains("before and after it"), "{page}");
    let page = check_docs(&[&"long ".repeat(2000), "", &"*".repeat(3000), &"[".repeat(3000)]);
    assert!(page.len() < 400_000, "{}", page.len());
}
