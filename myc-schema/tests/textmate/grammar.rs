//! TextMate grammars, as editors read them.

use std::collections::BTreeMap;

use fancy_regex::{Captures, Regex};
use serde_json::Value;

/// A grammar whose expressions are compiled.
pub(crate) struct Grammar {
    rules: Vec<Rule>,
    top: Vec<usize>,
}

struct Rule {
    name: Option<String>,
    kind: Kind,
}

enum Kind {
    Match {
        pattern: Regex,
        captures: Scopes,
    },
    Block {
        begin: Regex,
        end: Regex,
        begin_captures: Scopes,
        end_captures: Scopes,
        inside: Vec<usize>,
    },
    /// Several in the place of one.
    Group(Vec<usize>),
}

type Scopes = BTreeMap<usize, String>;

impl Grammar {
    pub(crate) fn parse(text: &str) -> Grammar {
        let json: Value = serde_json::from_str(text).unwrap();
        let mut reader = Reader { json: &json, rules: Vec::new(), known: BTreeMap::new() };
        let top = reader.list(&json["patterns"]);
        let rules = reader.rules.into_iter().map(Option::unwrap).collect();
        Grammar { rules, top }
    }

    /// All scopes that it can give.
    pub(crate) fn names(&self) -> Vec<String> {
        let of_rule = |rule: &Rule| -> Vec<String> {
            let captures: Vec<&Scopes> = match &rule.kind {
                Kind::Match { captures, .. } => vec![captures],
                Kind::Block { begin_captures, end_captures, .. } => {
                    vec![begin_captures, end_captures]
                }
                Kind::Group(_) => vec![],
            };
            let captured = captures.into_iter().flat_map(BTreeMap::values);
            rule.name.iter().chain(captured).cloned().collect()
        };
        self.rules.iter().flat_map(of_rule).collect()
    }

    /// The innermost scope of each byte.
    pub(crate) fn scopes(&self, text: &str) -> Vec<Option<String>> {
        let mut scopes = vec![None; text.len()];
        let mut stack = Vec::new();
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            let visible = line.trim_end_matches('\n');
            self.line(visible, &mut scopes[start..start + visible.len()], &mut stack);
            start += line.len();
        }
        scopes
    }

    fn line(&self, line: &str, scopes: &mut [Option<String>], stack: &mut Vec<usize>) {
        let mut at = 0;
        // An expression may match nothing; a line has only so many places for it.
        for _ in 0..=4 * line.len() + 4 {
            let found = self.next(line, at, stack);
            let Some((captures, step)) = found else { break };
            let whole = captures.get(0).unwrap();
            self.paint(scopes, at..whole.start(), stack);
            at = whole.end();
            match step {
                Step::End => {
                    let Some(rule) = stack.last() else { break };
                    let rule = &self.rules[*rule];
                    let Kind::Block { end_captures, .. } = &rule.kind else { break };
                    paint(scopes, whole.start()..whole.end(), rule.name.as_ref());
                    paint_captures(scopes, &captures, end_captures);
                    stack.pop();
                }
                Step::Rule(index) => {
                    let rule = &self.rules[index];
                    paint(scopes, whole.start()..whole.end(), rule.name.as_ref());
                    match &rule.kind {
                        Kind::Match { captures: names, .. } => {
                            paint_captures(scopes, &captures, names);
                        }
                        Kind::Block { begin_captures, .. } => {
                            paint_captures(scopes, &captures, begin_captures);
                            stack.push(index);
                        }
                        Kind::Group(_) => {}
                    }
                }
            }
        }
        self.paint(scopes, at..line.len(), stack);
    }

    /// What the blocks that are open say of what no rule took.
    fn paint(&self, scopes: &mut [Option<String>], range: std::ops::Range<usize>, stack: &[usize]) {
        let name = stack.iter().rev().find_map(|rule| self.rules[*rule].name.as_ref());
        paint(scopes, range, name);
    }

    /// What comes first: the end of the innermost block, or the first rule of those that begin earliest.
    fn next<'l>(
        &self,
        line: &'l str,
        at: usize,
        stack: &[usize],
    ) -> Option<(Captures<'l, str>, Step)> {
        let mut best: Option<(Captures<'l, str>, Step)> = None;
        let mut offer = |pattern: &Regex, step: Step| {
            let Some(captures) = pattern.captures_from_pos(line, at).unwrap() else { return };
            let start = captures.get(0).unwrap().start();
            if best.as_ref().is_none_or(|(best, _)| start < best.get(0).unwrap().start()) {
                best = Some((captures, step));
            }
        };
        let inside = match stack.last().map(|rule| &self.rules[*rule].kind) {
            Some(Kind::Block { end, inside, .. }) => {
                offer(end, Step::End);
                inside
            }
            _ => &self.top,
        };
        for rule in self.flat(inside) {
            match &self.rules[rule].kind {
                Kind::Match { pattern, .. } => offer(pattern, Step::Rule(rule)),
                Kind::Block { begin, .. } => offer(begin, Step::Rule(rule)),
                Kind::Group(_) => {}
            }
        }
        best
    }

    fn flat(&self, rules: &[usize]) -> Vec<usize> {
        let mut flat = Vec::new();
        for rule in rules {
            match &self.rules[*rule].kind {
                Kind::Group(inner) => flat.extend(self.flat(inner)),
                _ => flat.push(*rule),
            }
        }
        flat
    }
}

enum Step {
    End,
    Rule(usize),
}

fn paint(scopes: &mut [Option<String>], range: std::ops::Range<usize>, name: Option<&String>) {
    if let (Some(name), false) = (name, range.is_empty()) {
        scopes[range].fill(Some(name.clone()));
    }
}

fn paint_captures(scopes: &mut [Option<String>], captures: &Captures<'_, str>, names: &Scopes) {
    for (group, name) in names {
        if let Some(found) = captures.get(*group) {
            paint(scopes, found.start()..found.end(), Some(name));
        }
    }
}

struct Reader<'j> {
    json: &'j Value,
    /// None while it is read, so that rules may refer to themselves.
    rules: Vec<Option<Rule>>,
    known: BTreeMap<String, usize>,
}

impl Reader<'_> {
    fn list(&mut self, patterns: &Value) -> Vec<usize> {
        let patterns = patterns.as_array().cloned().unwrap_or_default();
        patterns.iter().map(|pattern| self.rule(pattern)).collect()
    }

    fn rule(&mut self, pattern: &Value) -> usize {
        if let Some(name) = pattern["include"].as_str() {
            let name = name.strip_prefix('#').expect("only includes of the repository are read");
            return match self.known.get(name) {
                Some(known) => *known,
                None => {
                    let index = self.rules.len();
                    self.known.insert(name.to_owned(), index);
                    let target = self.json["repository"][name].clone();
                    assert!(target.is_object(), "there is no `{name}` in the repository");
                    self.read(&target)
                }
            };
        }
        self.read(pattern)
    }

    fn read(&mut self, pattern: &Value) -> usize {
        for key in pattern.as_object().unwrap().keys() {
            let known = [
                "name",
                "match",
                "captures",
                "begin",
                "end",
                "beginCaptures",
                "endCaptures",
                "patterns",
            ];
            assert!(known.contains(&key.as_str()), "`{key}` is not read here");
        }
        let index = self.rules.len();
        self.rules.push(None);
        let kind = if pattern["match"].is_string() {
            Kind::Match {
                pattern: regex(&pattern["match"]),
                captures: scopes(&pattern["captures"]),
            }
        } else if pattern["begin"].is_string() {
            Kind::Block {
                begin: regex(&pattern["begin"]),
                end: regex(&pattern["end"]),
                begin_captures: scopes(&pattern["beginCaptures"]),
                end_captures: scopes(&pattern["endCaptures"]),
                inside: self.list(&pattern["patterns"]),
            }
        } else {
            Kind::Group(self.list(&pattern["patterns"]))
        };
        let name = pattern["name"].as_str().map(str::to_owned);
        self.rules[index] = Some(Rule { name, kind });
        index
    }
}

fn regex(pattern: &Value) -> Regex {
    Regex::new(pattern.as_str().unwrap()).unwrap()
}

fn scopes(captures: &Value) -> Scopes {
    let Some(captures) = captures.as_object() else { return Scopes::new() };
    let scope = |(group, capture): (&String, &Value)| {
        (group.parse().unwrap(), capture["name"].as_str().unwrap().to_owned())
    };
    captures.iter().map(scope).collect()
}
