#pragma once

namespace nibble {

/// The part of the review page's script that shows the texts, some rows at a time, and obeys the
/// keyboard. All text goes into the page as text, never as markup.
inline constexpr const char* kReviewRowsScript = R"js(
const ROWS = 20; // elements of 10,000 rows would take seconds to lay out
const FAILURES = 200;
const element = (id) => document.getElementById(id);
let view = byDoubt; // the texts that are gone through, in their order
let first = 0;      // position in it of the first row that is shown
let current = 0;    // position of the row that has or had the focus
let unsaved = false;
const rows = new Map(); // position -> the elements of a row that is shown

function make(tag, properties, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

function say(words) { element("said").textContent = words; }
const percent = (share) => `${Math.round(100 * share)} %`;
const count = (number) => number.toLocaleString("en");
const stateOf = (text) => (text.decision ? `${text.decision.action} by you` : `${text.machine}, ${percent(text.confidence)}`);
const colourOf = (text) => (text.decision ? { accepted: "accept", corrected: "accept", rejected: "reject" }[text.decision.action] : text.machine);

function showProgress() {
  const toDo = texts.filter(doubtful);
  const left = toDo.filter((text) => text.decision === null).length;
  const decided = texts.filter((text) => text.decision !== null).length;
  element("progress").textContent = texts.length === 0 ? "There is no text to check."
    : `${count(left)} of ${count(toDo.length)} doubtful texts left · ${count(decided)} of ${count(texts.length)} decided by you`;
}

// What a row says of its text, after a decision or before.
function refresh(position) {
  const text = view[position];
  const row = rows.get(position);
  const shown = text.decision || text;
  row.item.className = `row ${colourOf(text)}${text.decision ? " decided" : ""}`;
  row.state.textContent = stateOf(text);
  if (row.input.value !== shown.text) row.input.value = shown.text;
  if (row.value && row.value.value !== shown.value) row.value.value = shown.value;
}

function changed(position) {
  unsaved = true;
  if (rows.has(position)) refresh(position);
  showProgress();
}

// An alternative with what differs from the text marked.
function difference(text, other) {
  let start = 0;
  let end = 0;
  while (start < other.length && other[start] === text[start]) ++start;
  while (end < Math.min(other.length, text.length) - start && other[other.length - 1 - end] === text[text.length - 1 - end]) ++end;
  const last = other.length - end;
  return [other.slice(0, start), make("mark", {}, other.slice(start, last)), other.slice(last)];
}

function take(position, alternative) {
  const text = view[position];
  const typed = text.alternatives[alternative];
  if (typed === undefined) return;
  type(text, typed, text.value === undefined ? undefined : valueOf(text, typed));
  changed(position);
  rows.get(position).input.focus();
}

function alternativesOf(position) {
  const text = view[position];
  const buttons = text.alternatives.map((other, index) => {
    const button = make("button", { type: "button" }, make("kbd", {}, `${index + 1}`), " ", make("span", { className: "text" }, ...difference(text.text, other)));
    button.addEventListener("click", () => take(position, index));
    return button;
  });
  const group = make("div", { className: "alternatives" }, ...buttons);
  group.setAttribute("role", "group");
  group.setAttribute("aria-label", `Alternatives for ${text.name}`);
  return buttons.length ? [group] : [];
}

function inputOf(label) {
  const input = make("input", { type: "text", spellcheck: false, autocomplete: "off" });
  input.setAttribute("autocapitalize", "off");
  input.setAttribute("aria-label", label);
  return input;
}

function pictureOf(text) {
  if (!text.crop) return make("p", { className: "muted" }, "no picture of it");
  return make("img", { src: text.crop, alt: `Picture of ${text.name}` });
}

function actionsOf(position) {
  const actions = [["Accept", () => accept(position)], ["Reject", () => reject(position)], ["Undo", () => undo(position)]];
  return make("div", { className: "actions" }, ...actions.map(([words, act]) => {
    const button = make("button", { type: "button" }, words);
    button.addEventListener("click", act);
    return button;
  }));
}

function addRow(position) {
  const text = view[position];
  const input = inputOf(`${text.name}, ${text.where}`);
  const value = text.layout === undefined ? null : inputOf(`${text.name}, the day as year-month-day`);
  input.className = "text";
  input.addEventListener("input", () => {
    type(text, input.value, text.value === undefined ? undefined : input.value === text.text ? text.value : valueOf(text, input.value));
    changed(position);
  });
  if (value) value.addEventListener("input", () => { type(text, input.value, value.value); changed(position); });
  const state = make("span", { className: "state", id: `state-${position}` });
  input.setAttribute("aria-describedby", state.id);
  const what = make("div", { className: "what" }, make("b", {}, text.name), state, make("small", {}, text.where));
  if (text.caption) what.append(make("small", {}, `named by “${text.caption}”`));
  const reading = make("div", { className: "reading" }, pictureOf(text), input);
  if (value) reading.append(make("label", { className: "value" }, "day ", value));
  reading.append(make("div", { className: "choices" }, ...alternativesOf(position), actionsOf(position)));
  const item = make("li", {}, what, reading);
  item.addEventListener("focusin", () => { current = position; });
  item.value = position + 1;
  element("rows").append(item);
  rows.set(position, { item, state, input, value });
  refresh(position);
}

function showRows(from) {
  first = Math.max(0, Math.min(from, Math.floor((view.length - 1) / ROWS) * ROWS));
  const end = Math.min(view.length, first + ROWS);
  rows.clear();
  element("rows").replaceChildren();
  for (let position = first; position < end; ++position) addRow(position);
  element("place").textContent = view.length ? `${count(first + 1)} to ${count(end)} of ${count(view.length)}` : "none";
  element("back").disabled = first === 0;
  element("further").disabled = end === view.length;
}

function go(position) {
  if (position < 0 || position >= view.length) return;
  if (!rows.has(position)) showRows(Math.floor(position / ROWS) * ROWS);
  const { item, input } = rows.get(position);
  input.focus({ preventScroll: true });
  input.setSelectionRange(input.value.length, input.value.length);
  item.scrollIntoView({ block: "nearest" });
}

function goOn(position) {
  const open = (from, to) => view.slice(from, to).findIndex((text) => text.decision === null);
  const behind = open(position + 1, view.length);
  if (behind >= 0) return go(position + 1 + behind);
  const before = open(0, position);
  if (before >= 0) return go(before);
  say("All of these are decided. Save them.");
  element("save").focus();
}

function accept(position) {
  const text = view[position];
  if (text.decision === null || text.decision.action === "rejected") decide(text, "accepted");
  say(`${text.name}: ${stateOf(text)}`);
  changed(position);
  goOn(position);
}

function reject(position) {
  decide(view[position], "rejected");
  say(`${view[position].name}: ${stateOf(view[position])}`);
  changed(position);
  goOn(position);
}

function undo(position) {
  view[position].decision = null;
  say(`${view[position].name}: as it was read`);
  changed(position);
  rows.get(position).input.focus();
}

const views = {
  all: () => byDoubt,
  doubtful: () => byDoubt.filter(doubtful),
  open: () => byDoubt.filter((text) => text.decision === null),
  order: () => texts,
};

function saveAll() {
  save();
  unsaved = false;
  const actions = texts.map((text) => text.decision && text.decision.action);
  const how = ["accepted", "corrected", "rejected"].map((action) => `${count(actions.filter((other) => other === action).length)} ${action}`);
  say(`Saved as ${page.dataset.file}: ${how.join(", ")} by you, ${count(actions.filter((action) => action === null).length)} left as the machine decided.`);
}

async function open(file) {
  try {
    say(`${file.name}: ${count(resume(await file.text()))} decisions taken over.`);
  } catch (error) {
    say(`${file.name} is not what this page saved: ${error.message}`);
  }
  showProgress();
  showRows(first);
}

// What a key does in a row; false where the browser does what it always does.
function obey(event) {
  const digit = event.altKey && !event.ctrlKey && /^Digit([0-5])$/.exec(event.code);
  if (digit && digit[1] === "0") reject(current);
  else if (digit) take(current, Number(digit[1]) - 1);
  else if (event.altKey || event.ctrlKey || event.metaKey) return false;
  else if (event.key === "Enter" && event.target.tagName === "INPUT") accept(current);
  else if (event.key === "ArrowDown") go(current + 1);
  else if (event.key === "ArrowUp") go(current - 1);
  else if (event.key === "PageDown") go(Math.min(view.length - 1, first + ROWS));
  else if (event.key === "PageUp") go(Math.max(0, first - ROWS));
  else if (event.key === "Escape") undo(current);
  else return false;
  return true;
}

document.addEventListener("keydown", (event) => {
  if (event.isComposing) return;
  if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "s") {
    saveAll();
    event.preventDefault();
  } else if (event.target.closest(".row") && obey(event)) {
    event.preventDefault();
  }
});
element("save").addEventListener("click", saveAll);
element("open").addEventListener("change", (event) => { if (event.target.files.length) open(event.target.files[0]); event.target.value = ""; });
element("back").addEventListener("click", () => go(first - ROWS));
element("further").addEventListener("click", () => go(first + ROWS));
element("show").addEventListener("change", (event) => { view = views[event.target.value](); current = 0; showRows(0); });
window.addEventListener("beforeunload", (event) => { if (unsaved) event.preventDefault(); });

for (const failure of failures.slice(0, FAILURES)) {
  element("failed").querySelector("ul").append(make("li", {}, make("b", {}, failure.name), `: ${failure.error}`));
}
if (failures.length > FAILURES) element("failed").append(make("p", {}, `and ${count(failures.length - FAILURES)} more, which the saved file holds`));
element("failed").hidden = failures.length === 0;
showProgress();
showRows(0);
go(0);
)js";

}  // namespace nibble
