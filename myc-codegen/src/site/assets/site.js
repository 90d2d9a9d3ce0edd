// What the pages gain from a script: a search as one types, light or dark by choice, digests to copy.
// Without it they are complete; the search form then leads to the list of all names.
"use strict";

/** Most results that are shown. */
const MOST = 40;

/** What `?q=` and `?theme=` of the address say. */
const asked = new URLSearchParams(location.search);

// Light or dark is settled before anything is drawn.
const theme = {
  get: () => {
    try {
      return asked.get("theme") || localStorage.getItem("mycc-theme");
    } catch {
      return asked.get("theme");
    }
  },
  set: (name) => {
    document.documentElement.dataset.theme = name;
    try {
      localStorage.setItem("mycc-theme", name);
    } catch {
      // Storage is switched off: the choice lasts as long as the page.
    }
  },
};
if (["light", "dark"].includes(theme.get())) document.documentElement.dataset.theme = theme.get();

/** How well a name fits what was typed: less is better, nothing is no match. */
function rank(name, wanted) {
  const lower = name.toLowerCase();
  const at = lower.indexOf(wanted);
  if (at < 0) return null;
  if (lower === wanted) return 0;
  if (at === 0) return 1;
  const before = name[at - 1];
  const isWord = before === "_" || before === "." || name[at] !== lower[at];
  return isWord ? 2 : 3;
}

/** Declarations and members that fit, the best first. */
function search(names, text) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const last = words.at(-1);
  if (last === undefined) return [];
  const found = [];
  for (const [name, kind, of, href, docs, members = "", topic = ""] of names) {
    const whole = `${of}.${name} ${topic}`.toLowerCase();
    const others = words.slice(0, -1);
    if (!others.every((word) => whole.includes(word) || kind === word)) continue;
    const place = { kind, of, href, docs };
    const own = rank(name, last) ?? (rank(`${of}.${name}`, last) !== null && last.includes(".") ? 1 : null);
    if (own !== null) found.push({ ...place, name, score: own });
    else if (topic.toLowerCase().includes(last)) found.push({ ...place, name, docs: topic, score: 4 });
    for (const member of members.split(" ")) {
      const fit = rank(member, last);
      if (fit === null) continue;
      found.push({ kind, of, docs: "", href: `${href}#member.${member}`, name: `${name}.${member}`, score: 5 + fit });
    }
  }
  const byName = (a, b) => a.score - b.score || a.name.length - b.name.length || (a.name < b.name ? -1 : 1);
  return found.sort(byName);
}

/** An element with a class and a text. */
function element(tag, className, text) {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

function resultLine(root, { kind, of, href, docs, name }) {
  const link = document.createElement("a");
  link.href = root + href;
  const mark = element("i", `mark ${kind}`, kind[0].toUpperCase());
  mark.title = kind;
  const title = document.createElement("span");
  title.append(element("b", "", name), element("span", "package", of));
  link.append(mark, title);
  if (docs) link.append(element("small", "", docs));
  const line = document.createElement("li");
  line.append(link);
  return line;
}

function startSearch(root) {
  const input = document.getElementById("q");
  const panel = document.getElementById("results");
  const status = document.getElementById("found");
  let names = null;

  const show = () => {
    panel.hidden = input.value.trim() === "";
    if (panel.hidden || names === null) return;
    const found = search(names, input.value);
    const shown = found.slice(0, MOST);
    const more = found.length > MOST ? `, of which ${MOST} are shown` : "";
    status.textContent = found.length === 0 ? "Nothing is called so." : `${found.length} found${more}`;
    panel.querySelector("ul").replaceChildren(...shown.map((entry) => resultLine(root, entry)));
  };
  // The names are fetched when they are first wanted; a page alone does not need them.
  const load = () => {
    if (document.getElementById("names")) return;
    window.mycNames = (all) => {
      names = all;
      show();
    };
    const script = document.createElement("script");
    script.id = "names";
    script.src = `${root}assets/names.js`;
    document.head.append(script);
    status.textContent = "Loading …";
  };
  const move = (step) => {
    const stops = [input, ...panel.querySelectorAll("a")];
    const next = stops.indexOf(document.activeElement) + step;
    stops[Math.max(0, Math.min(stops.length - 1, next))].focus();
  };

  input.addEventListener("focus", load);
  input.addEventListener("input", () => {
    load();
    show();
  });
  input.form.addEventListener("submit", (event) => {
    const first = panel.querySelector("a");
    if (!first) return;
    event.preventDefault();
    location.href = first.href;
  });
  input.form.addEventListener("keydown", (event) => {
    if (panel.hidden || !["ArrowDown", "ArrowUp"].includes(event.key)) return;
    event.preventDefault();
    move(event.key === "ArrowDown" ? 1 : -1);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !panel.hidden) {
      panel.hidden = true;
      input.focus();
    } else if (event.key === "/" && !event.ctrlKey && !event.metaKey && document.activeElement !== input) {
      event.preventDefault();
      input.focus();
      input.select();
    }
  });
  document.addEventListener("click", (event) => {
    if (!input.form.contains(event.target)) panel.hidden = true;
  });
  if (asked.get("q")) {
    input.value = asked.get("q");
    load();
    show();
  }
}

function startTheme() {
  const button = document.getElementById("theme");
  const isDark = () =>
    (document.documentElement.dataset.theme ??
      (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
  const name = () => {
    button.textContent = isDark() ? "Light" : "Dark";
  };
  button.addEventListener("click", () => {
    theme.set(isDark() ? "light" : "dark");
    name();
  });
  button.hidden = false;
  name();
}

function startCopy() {
  if (!navigator.clipboard) return;
  for (const digest of document.querySelectorAll("dd.digest")) {
    const text = digest.textContent;
    const button = element("button", "", "Copy");
    button.type = "button";
    button.setAttribute("aria-label", "Copy the digest");
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(text);
      button.textContent = "Copied";
    });
    digest.append(button);
  }
}

document.addEventListener("DOMContentLoaded", () => {
  startSearch(document.body.dataset.root);
  startTheme();
  startCopy();
});
