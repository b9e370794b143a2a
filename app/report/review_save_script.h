#pragma once

namespace nibble {

/// The part of the review page's script that knows the texts, what was decided of each, and the
/// corrected results. A result stays text in its block until it is saved: 10,000 fields are some
/// 40 MB.
inline constexpr const char* kReviewSaveScript = R"js(
const page = document.getElementById("review");
const blocks = (name) => [...document.querySelectorAll(`script.${name}`)];
const results = blocks("result");

// A text to check: what is shown of it, the position of its result, and `decision`, what a person made of it:
// {action: "accepted" | "corrected" | "rejected", text, value}, or null.
const texts = [];
const failures = [];
blocks("shown").forEach((block, document) => {
  const shown = JSON.parse(block.textContent);
  block.remove();
  if (shown.error !== undefined) failures.push(shown);
  for (const text of shown.texts || []) {
    texts.push({ ...text, machine: text.decision, decision: null, document, where: shown.name });
  }
});

const doubtful = (text) => text.machine !== "accept";

// Doubtful fields, doubtful lines, then those that the machine accepts; in each the least likely first.
const rank = (text) => (text.machine === "accept" ? 2 : 0) + (text.list === "lines" ? 1 : 0);
const byDoubt = [...texts].sort((a, b) => rank(a) - rank(b) || a.confidence - b.confidence);

// The day of a text in a layout such as "dd.mm.yyyy", as ISO; null where it cannot be told: months' names, and years without their century.
function isoDate(text, layout) {
  const parts = layout.match(/[a-z]+/g) || [];
  const numbers = text.match(/\d+/g) || [];
  const part = (name) => numbers[parts.indexOf(name)];
  if (parts.length !== 3 || numbers.length !== 3 || !/^[\d\s./-]+$/.test(text)) return null;
  const [year, month, day] = ["yyyy", "mm", "dd"].map(part);
  if (!year || !month || !day || year.length !== 4) return null;
  const iso = `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
  const date = new Date(`${iso}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(iso) ? iso : null;
}

// What a text means: the day of a date, else the text itself.
const valueOf = (text, typed) => (text.layout && isoDate(typed, text.layout)) || typed;

function decide(text, action, typed = text.text, value = text.value) {
  text.decision = { action, text: typed, value };
}

// What was typed decides: a text that is as the machine read it is left to be accepted.
function type(text, typed, value) {
  if (typed === text.text && value === text.value) text.decision = null;
  else decide(text, "corrected", typed, value);
}

// A field or line of a result with what was decided; what the machine said is kept.
function review(entry, decision) {
  if (decision === null) return { ...entry, review: { by: "machine" } };
  const { text, value, confidence, decision: machine } = entry;
  const reviewed = { ...entry, review: { by: "person", action: decision.action, as_read: { text, value, confidence, decision: machine } } };
  reviewed.decision = decision.action === "rejected" ? "reject" : "accept";
  if (decision.action !== "rejected") reviewed.confidence = 1;
  if (decision.action !== "corrected") return reviewed;
  reviewed.text = decision.text;
  if (value !== undefined) reviewed.value = decision.value;
  return reviewed;
}

function reviewed(result, decided) {
  if (result.status !== "ok") return result;
  const all = { fields: new Map(), lines: new Map() };
  for (const text of decided) all[text.list].set(text.index, text.decision);
  const fields = result.fields.map((field, index) => review(field, all.fields.get(index) || null));
  // A line that is a field's whole text shares its fate.
  const whole = (line) => result.fields.findIndex((field) => field.name === line.field && field.text === line.text);
  const lines = result.lines.map((line, index) => review(line, (line.field ? all.fields.get(whole(line)) : all.lines.get(index)) || null));
  return { ...result, fields, lines };
}

// JSON in which what cannot be seen is written as \uNNNN, which means the same.
const unit = (code) => "\\u" + code.toString(16).padStart(4, "0");
const escapeJson = (json) => json.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (c) => (c === "\n" ? c : [...Array(c.length).keys()].map((i) => unit(c.charCodeAt(i))).join("")));

// The corrected results as parts of a file, in the form in which the program writes them.
function corrected() {
  const lines = page.dataset.lines === "yes";
  const array = !lines && (page.dataset.array === "yes" || results.length !== 1);
  const decided = new Map();
  for (const text of texts) {
    if (text.decision === null) continue;
    if (!decided.has(text.document)) decided.set(text.document, []);
    decided.get(text.document).push(text);
  }
  const parts = results.map((block, index) => escapeJson(JSON.stringify(reviewed(JSON.parse(block.textContent), decided.get(index) || []), null, lines ? 0 : 2)));
  if (!array) return parts.map((part) => part + "\n");
  return ["[\n", ...parts.map((part, index) => part + (index + 1 < parts.length ? ",\n" : "\n")), "]\n"];
}

// Takes over what a person decided from a file that this page saved. Throws an Error that says why it cannot.
function resume(json) {
  const saved = page.dataset.lines === "yes" ? json.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line)) : [JSON.parse(json)].flat();
  const inputs = results.map((block) => JSON.stringify(JSON.parse(block.textContent).input));
  if (JSON.stringify(saved.map((result) => JSON.stringify(result && result.input))) !== JSON.stringify(inputs)) throw new Error("it is of other inputs");
  let count = 0;
  for (const text of texts) {
    const entry = ((saved[text.document] || {})[text.list] || [])[text.index];
    const { by, action, as_read: machine } = (entry && entry.review) || {};
    if (by !== "person" || !["accepted", "corrected", "rejected"].includes(action)) continue;
    const typed = action === "corrected";
    decide(text, action, typed && entry.text !== machine.text ? `${entry.text}` : text.text, typed && text.value !== undefined ? `${entry.value}` : text.value);
    ++count;
  }
  return count;
}

function save() {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob(corrected(), { type: "application/json" }));
  link.download = page.dataset.file;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000); // the browser may still be writing it
}
)js";

}  // namespace nibble
