#pragma once

namespace nibble {

/// The style sheet of the page of a proposed template, behind that of the reports.
inline constexpr const char* kProposalStyle = R"css(
.steps { padding-left: 22px; }
.steps li { margin: 0 0 6px; }
code { overflow-wrap: anywhere; font-family: ui-monospace, "Liberation Mono", Menlo, Consolas, monospace; font-size: 14px; }
.proposal { display: grid; grid-template-columns: minmax(0, 1fr); gap: 16px; margin: 20px 0 0; }
#document { touch-action: none; cursor: crosshair; border: 1px solid #d1d5db; }
#outlines polygon { fill: none; stroke-width: 2; vector-effect: non-scaling-stroke; }
#outlines .field { stroke: #15803d; }
#outlines .hidden { stroke: #b91c1c; fill: #b91c1c; fill-opacity: .18; }
#outlines .print { stroke: #6b7280; stroke-dasharray: 4 4; }
#outlines .chosen { stroke: #1d4ed8; stroke-width: 4; }
tr.chosen { background: #eff6ff; }
#lines th { font-family: ui-monospace, "Liberation Mono", Menlo, Consolas, monospace; font-size: 13px; }
#lines input, #lines select { font: inherit; font-size: 14px; max-width: 100%; }
#lines input { width: 11em; }
.buttons button { font: inherit; padding: 6px 14px; }
#problem { color: #b91c1c; }
)css";

}  // namespace nibble
