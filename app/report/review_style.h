#pragma once

namespace nibble {

/// The style sheet of the review page, behind that of the reports.
inline constexpr const char* kReviewStyle = R"css(
:root { color-scheme: light dark; --ink: #1f2937; --dim: #5b6472; --line: #d1d5db; --ground: #fff; --raised: #f3f4f6; --focus: #1d4ed8; --accept: #15803d; --review: #b45309; --reject: #b91c1c; --mark: #fde68a; }
body { background: var(--ground); color: var(--ink); }
header p, footer, small, .muted { color: var(--dim); }
section { border-color: var(--line); }
.warning { background: none; }
kbd { padding: 0 5px; border: 1px solid var(--line); border-radius: 4px; background: var(--raised); font: 13px ui-monospace, "Liberation Mono", Menlo, Consolas, monospace; }
#keys { margin: 16px 0 0; max-width: none; font-size: 14px; color: var(--dim); line-height: 1.9; }
#resume { margin: 12px 0 0; font-size: 14px; }
#bar { position: sticky; top: 0; z-index: 1; display: flex; flex-wrap: wrap; gap: 8px 20px; align-items: center; padding: 10px 0; margin: 8px 0 0; background: var(--ground); border-bottom: 1px solid var(--line); font-size: 14px; }
#bar p { margin: 0; flex: 1 1 240px; font-variant-numeric: tabular-nums; }
.buttons { display: inline-flex; flex-wrap: wrap; gap: 8px; align-items: center; }
#bar #said { flex: 1 0 100%; max-width: none; color: var(--dim); overflow-wrap: anywhere; }
#said:empty { display: none; }
button, select, input { font: inherit; color: inherit; background: var(--ground); border: 1px solid var(--line); border-radius: 6px; padding: 4px 10px; max-width: 100%; }
button { background: var(--raised); cursor: pointer; min-height: 32px; }
button:disabled { opacity: 0.5; cursor: default; }
button:focus-visible, select:focus-visible, input:focus-visible { outline: 2px solid var(--focus); outline-offset: 1px; }
.file { position: relative; display: inline-flex; align-items: center; min-height: 32px; padding: 4px 10px; border: 1px solid var(--line); border-radius: 6px; background: var(--raised); cursor: pointer; }
.file input { position: absolute; inset: 0; width: 100%; min-height: 0; opacity: 0; cursor: pointer; }
.file:focus-within { outline: 2px solid var(--focus); outline-offset: 1px; }
#save { background: var(--focus); border-color: var(--focus); color: var(--ground); }
#rows { list-style: none; margin: 14px 0 0; padding: 0; display: grid; gap: 10px; }
.row { --colour: var(--review); display: grid; grid-template-columns: 220px minmax(0, 1fr); gap: 6px 20px; padding: 12px 16px; border: 1px solid var(--line); border-left: 4px solid var(--colour); border-radius: 6px; scroll-margin: 96px 0 12px; }
.row.accept { --colour: var(--accept); }
.row.reject { --colour: var(--reject); }
.row:focus-within { border-color: var(--colour); box-shadow: 0 0 0 2px var(--colour); }
.what { display: grid; gap: 2px; align-content: start; overflow-wrap: anywhere; }
.state { color: var(--colour); font-size: 14px; }
.decided .state { font-weight: 650; }
.reading { display: grid; gap: 6px; justify-items: start; }
.reading img { display: block; max-width: 100%; max-height: 64px; min-height: 28px; object-fit: contain; object-position: left; background: #f3f4f6; border: 1px solid var(--line); border-radius: 4px; }
.reading p { margin: 0; }
.text { font-family: ui-monospace, "Liberation Mono", Menlo, Consolas, monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
input.text { width: 100%; font-size: 19px; }
.value { font-size: 14px; color: var(--dim); }
.value input { color: var(--ink); width: 10em; }
.choices, .alternatives, .actions { display: flex; flex-wrap: wrap; gap: 6px; font-size: 14px; }
.choices { gap: 6px 24px; }
.alternatives button { text-align: left; }
mark { background: var(--mark); color: #1f2937; border-radius: 2px; }
#failed ul { margin: 0 0 12px; padding: 0 0 0 20px; overflow-wrap: anywhere; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e5e7eb; --dim: #a3abb8; --line: #4b5563; --ground: #111827; --raised: #1f2937; --focus: #93c5fd; --accept: #4ade80; --review: #fbbf24; --reject: #f87171; }
}
@media (max-width: 640px) {
  .row { grid-template-columns: minmax(0, 1fr); padding: 10px 12px; scroll-margin-top: 180px; }
  button, select, input { min-height: 40px; }
}
@media (pointer: coarse) { #keys { display: none; } }
)css";

}  // namespace nibble
