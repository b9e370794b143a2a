#pragma once

namespace nibble {

/// The style sheet of the reports. Nothing in it is fetched, and no element is wider than a narrow
/// screen.
inline constexpr const char* kReportStyle = R"css(
*, *::before, *::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: #fff; color: #1f2937; font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif; }
header, main, footer { max-width: 1160px; margin: 0 auto; padding: 0 24px; }
header { padding-top: 32px; }
h1 { margin: 0; font-size: 28px; line-height: 1.2; font-weight: 650; }
header p { margin: 6px 0 0; color: #6b7280; overflow-wrap: anywhere; }
h2 { margin: 0 0 12px; font-size: 19px; font-weight: 650; }
h3 { margin: 20px 0 6px; font-size: 15px; font-weight: 650; }
section { margin: 28px 0 0; padding: 24px 0 0; border-top: 1px solid #e5e7eb; }
p { margin: 0 0 12px; max-width: 76ch; }
footer { padding: 24px; color: #6b7280; font-size: 14px; }
.cards { display: flex; flex-wrap: wrap; gap: 12px; margin: 24px 0 0; }
.card { flex: 1 1 210px; padding: 14px 18px; border: 1px solid #e5e7eb; border-left: 4px solid #475569; border-radius: 6px; }
.card b { display: block; font-size: 26px; line-height: 1.25; font-weight: 650; font-variant-numeric: tabular-nums; }
.card span { display: block; color: #6b7280; font-size: 14px; }
.card .name { color: #1f2937; font-weight: 600; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 4px 20px; margin: 0; font-size: 14px; }
dt { color: #6b7280; }
dd { margin: 0; overflow-wrap: anywhere; }
.table { overflow-x: auto; margin: 0 0 16px; }
table { border-collapse: collapse; font-size: 14px; min-width: min(100%, 420px); }
th, td { padding: 5px 14px 5px 0; text-align: left; vertical-align: top; border-bottom: 1px solid #eef0f2; font-weight: 400; }
thead th { color: #6b7280; font-size: 13px; border-bottom: 1px solid #d1d5db; vertical-align: bottom; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; }
td.n { white-space: nowrap; }
tbody th { overflow-wrap: anywhere; }
small { display: block; color: #6b7280; font-size: 12px; }
.worse { color: #b91c1c; }
.better { color: #15803d; }
.warning { padding: 10px 14px; background: #fffbeb; border-left: 4px solid #d97706; }
.muted { color: #6b7280; }
.charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 400px), 1fr)); gap: 20px 28px; margin: 0 0 20px; }
figure { margin: 0; max-width: 440px; }
figcaption { font-size: 14px; font-weight: 600; margin: 0 0 4px; }
svg { display: block; width: 100%; height: auto; }
svg text { font-family: inherit; font-size: 11px; fill: #4b5563; }
.legend { display: flex; flex-wrap: wrap; gap: 2px 16px; margin: 4px 0 0; padding: 0; list-style: none; font-size: 13px; color: #4b5563; }
.legend i { display: inline-block; width: 10px; height: 10px; margin-right: 6px; border-radius: 2px; }
.gallery { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 320px), 1fr)); gap: 16px; }
.item { padding: 12px; border: 1px solid #e5e7eb; border-radius: 6px; min-width: 0; }
.item img { display: block; max-width: 100%; max-height: 64px; margin: 0 0 8px; border: 1px solid #e5e7eb; background: #f3f4f6; }
.item p { margin: 0 0 6px; font-size: 13px; color: #6b7280; overflow-wrap: anywhere; }
.item table { width: 100%; min-width: 0; font-size: 13px; table-layout: fixed; }
.item th { width: 52px; color: #6b7280; }
.item td { font-family: ui-monospace, "Liberation Mono", Menlo, Consolas, monospace; overflow-wrap: anywhere; white-space: pre-wrap; }
.item td.n { width: 58px; font-family: inherit; padding-right: 0; color: #6b7280; }
.item mark { background: #fee2e2; color: #991b1b; }
.split { display: flex; flex-wrap: wrap; gap: 20px 36px; align-items: flex-start; }
.split figure { flex: 1 1 300px; min-width: min(100%, 300px); }
.split .table { flex: 4 1 480px; min-width: 0; }
.split th, .split td { padding-right: 10px; }
.narrow { display: none; margin: 14px 0 0; }
@media (max-width: 640px) {
  header, main, footer { padding-left: 16px; padding-right: 16px; }
  h1 { font-size: 24px; }
  .wide { display: none; }
  .narrow { display: block; }
  th, td, .split th, .split td { padding-right: 8px; }
  dl { grid-template-columns: 1fr; gap: 0; }
  dd { margin-bottom: 8px; }
  table { font-size: 13px; min-width: 0; width: 100%; }
}
@media (min-width: 900px) {
  dl { grid-template-columns: max-content 1fr max-content 1fr; }
  .split tbody th { min-width: 165px; }
}
@media print { section { break-inside: avoid-page; } .table { overflow: visible; } }
)css";

}  // namespace nibble
