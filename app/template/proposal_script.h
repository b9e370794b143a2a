#pragma once

namespace nibble {

/// The script of the page of a proposed template.
inline constexpr const char* kProposalScript = R"js(
const proposal = JSON.parse(document.getElementById("proposal").textContent);
const picture = document.getElementById("document");
const outlines = document.getElementById("outlines");
const table = document.getElementById("lines");
const problem = document.getElementById("problem");
const SVG = "http://www.w3.org/2000/svg";
const KINDS = ["", "date", "docnum", "latin", "mrz", "text", "other"];
const ROLES = ["field", "hidden", "print"];
let chosen = null;

function choose(line) {
  chosen = line;
  for (const other of proposal.lines) {
    other.row.classList.toggle("chosen", other === line);
    other.outline.classList.toggle("chosen", other === line);
  }
}

function draw(line) {
  line.outline.setAttribute("points", line.quad.map((corner) => corner.join(",")).join(" "));
  line.outline.setAttribute("class", line.role + (line === chosen ? " chosen" : ""));
  for (const input of line.row.querySelectorAll(".of-field")) input.disabled = line.role !== "field";
}

function select(values, value, label, change) {
  const element = document.createElement("select");
  element.setAttribute("aria-label", label);
  for (const each of values) element.add(new Option(each || "(any)", each, false, each === value));
  element.addEventListener("change", () => change(element.value));
  return element;
}

function input(value, label, change) {
  const element = document.createElement("input");
  element.value = value;
  element.setAttribute("aria-label", label);
  element.addEventListener("input", () => change(element.value));
  return element;
}

function cell(row, content, className = "") {
  const element = row.insertCell();
  element.append(content);
  if (className) content.classList.add(className);
}

function show(line) {
  const row = line.row = table.insertRow();
  const head = document.createElement("th");
  head.scope = "row";
  head.textContent = line.text || "(no text)";
  row.append(head);
  const called = line.text || "area";
  cell(row, select(ROLES, line.role, `what ${called} is`, (value) => { line.role = value; draw(line); }));
  cell(row, input(line.name, `name of ${called}`, (value) => { line.name = value.trim(); }), "of-field");
  cell(row, select(KINDS, line.kind, `kind of ${called}`, (value) => { line.kind = value; }), "of-field");
  cell(row, input(line.format, `format of ${called}`, (value) => { line.format = value.trim(); }), "of-field");
  const why = document.createElement("small");
  why.textContent = line.why;
  cell(row, why);
  line.outline = document.createElementNS(SVG, "polygon");
  outlines.append(line.outline);
  row.addEventListener("focusin", () => choose(line));
  row.addEventListener("click", () => choose(line));
  draw(line);
}

// Rectangles are drawn with the pointer; the chosen line gets the last one.
function position(event) {
  const box = picture.getBoundingClientRect();
  const within = (value, size) => Math.round(10 * Math.min(Math.max(value, -0.5), size - 0.5)) / 10;
  return [within((event.clientX - box.left) / box.width * proposal.width - 0.5, proposal.width),
          within((event.clientY - box.top) / box.height * proposal.height - 0.5, proposal.height)];
}

let start = null;
picture.addEventListener("pointerdown", (event) => {
  start = chosen ? position(event) : null;
  picture.setPointerCapture(event.pointerId);
  event.preventDefault();
});
picture.addEventListener("pointerup", (event) => {
  if (!start) return;
  const end = position(event);
  const [left, right] = [Math.min(start[0], end[0]), Math.max(start[0], end[0])];
  const [top, bottom] = [Math.min(start[1], end[1]), Math.max(start[1], end[1])];
  start = null;
  if (right - left < 4 || bottom - top < 4) return;
  chosen.quad = [[left, top], [right, top], [right, bottom], [left, bottom]];
  draw(chosen);
});

document.getElementById("add").addEventListener("click", () => {
  const line = { role: "field", name: "", kind: "text", format: "", alphabet: "", text: "", why: "added by hand",
                 quad: [[0, 0], [60, 0], [60, 20], [0, 20]] };
  proposal.lines.push(line);
  show(line);
  choose(line);
  line.row.querySelector("input").focus();
});

// What a template may not have is said here rather than by the program later.
function problemOf(fields) {
  if (fields.length === 0) return "There is no field.";
  const names = fields.map((field) => field.name);
  const bad = names.find((name) => name === "" || name.startsWith(".") || /[\/\\:*?"<>|\x00-\x1f]/.test(name));
  if (bad !== undefined) return bad === "" ? "A field has no name." : `A field cannot be called ${bad}`;
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  return twice === undefined ? "" : `Two fields are called ${twice}`;
}

function corrected() {
  const fields = proposal.lines.filter((line) => line.role === "field")
    .map(({ name, quad, kind, format, alphabet }) => ({ name, quad, kind, format, alphabet: kind === "date" || kind === "mrz" ? "" : alphabet }));
  const variable = proposal.lines.filter((line) => line.role === "hidden").map((line) => line.quad);
  return { schema_version: "1.0", name: proposal.name, width: proposal.width, height: proposal.height, variable, fields };
}

document.getElementById("save").addEventListener("click", () => {
  const template = corrected();
  problem.textContent = problemOf(template.fields);
  if (problem.textContent) return;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([JSON.stringify(template, null, 1) + "\n"], { type: "application/json" }));
  link.download = proposal.file;
  link.click();
  URL.revokeObjectURL(link.href);
});

proposal.lines.forEach(show);
)js";

}  // namespace nibble
