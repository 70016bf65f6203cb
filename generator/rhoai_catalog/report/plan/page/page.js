"use strict";
// Everything is in the page already: this hides what a reader does not ask for, and moves between what is left.
const find = (selector, within = document) => [...within.querySelectorAll(selector)];
const filters = document.getElementById("filters");
const fields = find("[name]", filters);
const rows = find("[data-row]");
const changes = find("#changes details");
const groups = [...find("[data-group]"), ...find("[data-section]")].filter((group) => group.querySelector("[data-row]"));
const shown = document.getElementById("shown");
const search = document.getElementById("q");
const words = new Map(); // row -> its text, once it has been searched

function text(row) {
  if (!words.has(row)) words.set(row, row.textContent.toLowerCase());
  return words.get(row);
}

// A row that does not say what is asked for (a source has no owner) is not narrowed by it.
function matches(row, asked) {
  return asked.every(([name, value]) => {
    if (name === "q") return value.toLowerCase().trim().split(/\s+/).every((word) => text(row).includes(word));
    const has = row.dataset[name]?.split("\n");
    return has === undefined || has.includes(value) || (name === "flags" && value === "*" && has[0] !== "");
  });
}

function narrow() {
  const asked = fields.filter((field) => field.value).map((field) => [field.name, field.value]);
  for (const row of rows) row.hidden = !matches(row, asked);
  for (const group of groups) group.hidden = !group.querySelector("[data-row]:not([hidden])");
  const left = changes.filter((change) => !change.hidden).length;
  shown.value = `${left.toLocaleString("en")} of ${changes.length.toLocaleString("en")} changes`;
  return asked;
}

function narrowed() {
  const asked = narrow();
  history.replaceState(null, "", `#${new URLSearchParams(asked)}`); // so that the address shows the same to others
}

// An address ends in filters, `#owner=…&q=…`, or in what it leads to, `#c12`.
function arrived() {
  const hash = location.hash.slice(1);
  const asked = new URLSearchParams(hash.includes("=") ? hash : "");
  const target = hash && !hash.includes("=") ? document.getElementById(hash) : null;
  if (!target || target.closest("[hidden]")) {
    for (const field of fields) field.value = asked.get(field.name) ?? "";
    narrow();
  }
  if (target) {
    if (target.matches("details")) target.open = true;
    target.scrollIntoView();
  }
}

function step(by) {
  const visible = find("details.row:not([hidden])").filter((row) => row.offsetParent);
  const at = visible.findIndex((row) => row.contains(document.activeElement));
  const next = visible[at < 0 ? (by > 0 ? 0 : visible.length - 1) : at + by];
  next?.querySelector("summary").focus();
}

function toggle() {
  const left = find("details.row:not([hidden])");
  const open = left.some((row) => !row.open);
  for (const row of left) row.open = open;
  document.getElementById("all").textContent = open ? "Close all" : "Open all";
}

function clear() {
  for (const field of fields) field.value = "";
  narrowed();
}

const keys = { "/": () => search.focus(), j: () => step(1), k: () => step(-1), o: toggle };

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && document.activeElement === search) clear();
  if (event.ctrlKey || event.metaKey || event.altKey || !document.getElementById("keys").checked) return;
  if (event.target.matches("input, select, textarea") || !Object.hasOwn(keys, event.key)) return;
  event.preventDefault();
  keys[event.key]();
});
document.getElementById("clear").addEventListener("click", clear);
document.getElementById("all").addEventListener("click", toggle);
filters.addEventListener("input", narrowed);
addEventListener("hashchange", arrived);

let closed = []; // on paper, everything that is shown is open
addEventListener("beforeprint", () => {
  closed = find("details.row:not([hidden]):not([open])");
  for (const row of closed) row.open = true;
});
addEventListener("afterprint", () => {
  for (const row of closed) row.open = false;
});

filters.hidden = document.querySelector(".keys").hidden = false;
narrow();
arrived();
