// The page of the service: sends a photograph to /read and shows what was read, to be corrected and copied.

const SVG = "http://www.w3.org/2000/svg";
const element = (id) => document.getElementById(id);
let result = null; // the JSON of read, with corrections
let latest = 0; // number of the request whose answer is shown

function say(text, isError = false) {
  element("status").textContent = text;
  element("status").classList.toggle("error", isError);
}

function polygon(quad, className) {
  const shape = document.createElementNS(SVG, "polygon");
  shape.setAttribute("points", quad.map((point) => point.join(",")).join(" "));
  shape.setAttribute("class", className);
  element("overlay").append(shape);
  return shape;
}

function choose(shape) {
  for (const other of document.querySelectorAll(".chosen")) other.classList.remove("chosen");
  shape.classList.add("chosen");
}

function correct(text, row, value) {
  if (!("as_read" in text)) text.as_read = { text: text.text, value: text.value, decision: text.decision };
  const unchanged = value === text.as_read.text;
  text.text = value;
  if ("value" in text) text.value = unchanged ? text.as_read.value : value;
  text.decision = unchanged ? text.as_read.decision : "accept";
  row.classList.toggle("corrected", !unchanged);
  if (unchanged) delete text.as_read;
}

// A field or line: its frame on the photograph, and a row to correct it in.
function show(text, name) {
  const row = document.createElement("label");
  row.className = text.decision;
  const title = document.createElement("span");
  title.textContent = name;
  const note = document.createElement("small");
  note.textContent = `${text.decision}, ${Math.round(text.confidence * 100)} %`;
  title.append(note);
  const input = document.createElement("input");
  input.value = text.text;
  input.name = name;
  row.append(title, input);
  element("fields").append(row);
  const shape = polygon(text.quad, `text ${text.decision}`);
  input.addEventListener("focus", () => choose(shape));
  input.addEventListener("input", () => correct(text, row, input.value));
  shape.addEventListener("click", () => input.focus());
}

function clear() {
  result = null;
  element("fields").replaceChildren();
  element("overlay").replaceChildren();
  element("json").hidden = true;
  element("copy").disabled = true;
}

function showResult() {
  const { width, height } = result.input;
  element("overlay").setAttribute("viewBox", `-0.5 -0.5 ${width} ${height}`); // (0, 0) is a pixel's centre
  if (result.document) polygon(result.document.quad, "document");
  for (const field of result.fields) show(field, field.name || "text");
  const lines = result.lines.filter((line) => !line.field);
  lines.forEach((line, index) => show(line, `line ${index + 1}`));
  element("copy").disabled = false;
  const kind = result.document && result.document.template ? `${result.document.template}: ` : "";
  say(`${kind}${result.fields.length} fields, ${lines.length} lines. Click a frame or a text; correct what is wrong.`);
}

function showPhoto(file) {
  const photo = element("photo");
  if (photo.src) URL.revokeObjectURL(photo.src);
  photo.onerror = () => { element("figure").hidden = true; }; // e.g. PDF and TIFF, which a browser does not draw
  photo.src = URL.createObjectURL(file);
  element("figure").hidden = false;
}

async function read(file) {
  const number = ++latest;
  clear();
  showPhoto(file);
  say(`Reading ${file.name} ...`);
  let answer;
  try {
    const response = await fetch("read", { method: "POST", body: file });
    answer = await response.json();
  } catch (error) {
    if (number === latest) say("The service does not answer.", true);
    return;
  }
  if (number !== latest) return; // another photograph came meanwhile
  if (answer.status !== "ok") return say(answer.error.message, true);
  result = answer;
  showResult();
}

async function copy() {
  const text = JSON.stringify(result, null, 2);
  const area = element("json");
  area.value = text;
  area.hidden = false;
  area.select();
  try {
    await navigator.clipboard.writeText(text);
    say("The JSON is copied.");
  } catch (error) {
    say("The browser does not let the page copy: the JSON is selected below.");
  }
}

element("file").addEventListener("change", (event) => { if (event.target.files.length) read(event.target.files[0]); });
element("copy").addEventListener("click", copy);
element("fields").addEventListener("submit", (event) => event.preventDefault());
for (const name of ["dragenter", "dragover"]) {
  document.addEventListener(name, (event) => { event.preventDefault(); document.body.classList.add("over"); });
}
document.addEventListener("dragleave", () => document.body.classList.remove("over"));
document.addEventListener("drop", (event) => {
  event.preventDefault();
  document.body.classList.remove("over");
  if (event.dataTransfer.files.length) read(event.dataTransfer.files[0]);
});
