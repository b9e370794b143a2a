#include "app/report/report_svg.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "app/report/report_html.h"
#include "recognizer/base/number_text.h"

namespace nibble {
namespace {

constexpr double kWidth = 360;
constexpr double kRight = 12;
constexpr double kMaxLabel = 130;
constexpr const char* kGrid = "#e5e7eb";

std::string n(double value) { return number_text(value, 1); }

std::string attribute(const char* name, double value) {
  return std::string(" ") + name + "=\"" + n(value) + "\"";
}

std::string line(double x1, double y1, double x2, double y2, const std::string& colour,
                 double width = 1) {
  return "<line" + attribute("x1", x1) + attribute("y1", y1) + attribute("x2", x2) +
         attribute("y2", y2) + " stroke=\"" + colour + "\"" + attribute("stroke-width", width) +
         "/>";
}

std::string rectangle(double x, double y, double width, double height, const std::string& colour) {
  return "<rect" + attribute("x", x) + attribute("y", y) +
         attribute("width", std::max(0.0, width)) + attribute("height", std::max(0.0, height)) +
         " fill=\"" + colour + "\"/>";
}

std::string label(double x, double y, const std::string& text, const char* anchor = "start") {
  return "<text" + attribute("x", x) + attribute("y", y) + " text-anchor=\"" + anchor + "\">" +
         escape_markup(text) + "</text>";
}

/// A different shape for each series, since colour alone is not seen by all.
std::string mark(double x, double y, std::size_t position, const std::string& colour,
                 const std::string& title) {
  const std::string tip = "<title>" + escape_markup(title) + "</title>";
  if (position % 3 == 0)
    return "<circle" + attribute("cx", x) + attribute("cy", y) + " r=\"3.6\" fill=\"" + colour +
           "\">" + tip + "</circle>";
  if (position % 3 == 1) {
    return "<rect" + attribute("x", x - 3.2) + attribute("y", y - 3.2) +
           " width=\"6.4\" height=\"6.4\" fill=\"" + colour + "\">" + tip + "</rect>";
  }
  return "<path d=\"M" + n(x) + " " + n(y - 4.4) + " l4.4 4.4 l-4.4 4.4 l-4.4 -4.4 z\" fill=\"" +
         colour + "\">" + tip + "</path>";
}

std::string figure(const std::string& title, double height, const std::string& drawing,
                   const std::vector<ChartSeries>& series) {
  std::string text = "<figure>\n<figcaption>" + escape_markup(title) +
                     "</figcaption>\n<svg viewBox=\"0 0 " + n(kWidth) + " " + n(height) +
                     "\" role=\"img\" aria-label=\"" + escape_markup(title) + "\">" + drawing +
                     "</svg>\n";
  if (series.empty()) return text + "</figure>\n";
  text += "<ul class=\"legend\">";
  for (const ChartSeries& one : series)
    text +=
        "<li><i style=\"background:" + one.colour + "\"></i>" + escape_markup(one.name) + "</li>";
  return text + "</ul>\n</figure>\n";
}

/// Room for the rows' names, which are cut where they are too long for it.
double label_room(const std::vector<std::string>& rows) {
  std::size_t longest = 4;
  for (const std::string& row : rows) longest = std::max(longest, row.size());
  return std::min(kMaxLabel, 8 + 6.0 * static_cast<double>(longest));
}

std::string short_label(const std::string& text, double room) {
  const auto most = static_cast<std::size_t>(room / 6.0);
  return text.size() <= most ? text : text.substr(0, most - 1) + "…";
}

/// A step of 1, 2 or 5 times a power of ten that divides `range` into at most five parts.
double nice_step(double range) {
  const double rough = std::max(range, 1e-9) / 5;
  const double power = std::pow(10.0, std::floor(std::log10(rough)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (rough <= factor * power * 1.0001) return factor * power;
  }
  return 10 * power;
}

int digits_of(double step) {
  return std::max(0, static_cast<int>(std::ceil(-std::log10(step) - 1e-6)));
}

}  // namespace

std::string interval_chart(const std::string& title, const std::vector<std::string>& rows,
                           const std::vector<ChartSeries>& series,
                           const std::vector<std::vector<std::optional<ChartValue>>>& values) {
  double lowest = 1;
  for (const auto& row : values) {
    for (const auto& value : row) {
      if (value) lowest = std::min({lowest, value->value, value->interval.low});
    }
  }
  const double start = std::max(0.0, std::floor(lowest * 10 - 0.01) / 10);
  const double left = label_room(rows);
  const double line_height = 11;
  const double row_height = line_height * static_cast<double>(series.size()) + 9;
  const double bottom = 6 + row_height * static_cast<double>(rows.size());
  const auto x_of = [&](double share) {
    return left + (kWidth - kRight - left) * (share - start) / (1 - start);
  };
  std::string drawing;
  for (double share = start; share < 1.0001; share += nice_step(1 - start)) {
    drawing += line(x_of(share), 2, x_of(share), bottom, kGrid) +
               label(x_of(share), bottom + 14, percent_text(share, 0), "middle");
  }
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const double top = 6 + row_height * static_cast<double>(r);
    drawing += label(0, top + row_height / 2, short_label(rows[r], left));
    for (std::size_t s = 0; s < series.size(); ++s) {
      const auto& value = values[r][s];
      if (!value) continue;
      const double y = top + line_height * (static_cast<double>(s) + 0.5);
      drawing +=
          line(x_of(value->interval.low), y, x_of(value->interval.high), y, series[s].colour, 1.6);
      drawing += mark(x_of(value->value), y, s, series[s].colour,
                      series[s].name + " " + percent_text(value->value) + " %");
    }
  }
  return figure(title, bottom + 20, drawing, series);
}

std::string risk_chart(const std::string& title, const std::vector<ChartSeries>& series,
                       const std::vector<std::vector<RiskPoint>>& curves) {
  constexpr double kLeft = 34;
  constexpr double kTop = 8;
  constexpr double kBottom = 178;
  double most = 0.01;
  for (const auto& curve : curves) {
    for (const RiskPoint& point : curve)
      most = std::max(most, point.coverage >= 0.05 ? point.risk : 0.0);
  }
  const double step = nice_step(most);
  most = step * std::ceil(most / step - 1e-9);
  const auto x_of = [&](double coverage) { return kLeft + (kWidth - kRight - kLeft) * coverage; };
  const auto y_of = [&](double risk) {
    return kBottom - (kBottom - kTop) * std::min(1.0, risk / most);
  };
  std::string drawing;
  for (double risk = 0; risk <= most * 1.0001; risk += step) {
    drawing += line(kLeft, y_of(risk), kWidth - kRight, y_of(risk), kGrid);
    drawing += label(kLeft - 5, y_of(risk) + 4, percent_text(risk, digits_of(step * 100)), "end");
  }
  for (double coverage = 0; coverage < 1.01; coverage += 0.2) {
    drawing += label(x_of(coverage), kBottom + 15, percent_text(coverage, 0), "middle");
  }
  for (std::size_t s = 0; s < series.size(); ++s) {
    std::string points;
    for (const RiskPoint& point : curves[s])
      points += (points.empty() ? "" : " ") + n(x_of(point.coverage)) + "," + n(y_of(point.risk));
    drawing += "<polyline points=\"" + points + "\" fill=\"none\" stroke=\"" + series[s].colour +
               "\" stroke-width=\"1.8\"/>";
  }
  drawing += label((kLeft + kWidth - kRight) / 2, kBottom + 30, "accepted, %", "middle");
  return figure(title, kBottom + 36, drawing, series);
}

std::string confidence_chart(const std::string& title, const std::vector<Judged>& readings) {
  constexpr std::size_t kBins = 20;
  constexpr double kLeft = 34;
  constexpr double kTop = 8;
  constexpr double kBottom = 148;
  std::array<std::array<double, 2>, kBins> counts{};
  for (const Judged& reading : readings) {
    const auto bin = static_cast<std::size_t>(std::clamp(reading.confidence, 0.0, 1.0) * kBins);
    counts[std::min(bin, kBins - 1)][reading.right ? 1 : 0] += 1;
  }
  // Most readings are sure and right: on a linear axis the rest would vanish.
  double most = 1;
  for (const auto& [wrong, right] : counts) most = std::max(most, std::max(wrong, right));
  const double height = std::log10(most) + 0.3;
  const auto rise = [&](double count) {
    return count <= 0 ? 0.0 : (kBottom - kTop) * (std::log10(count) + 0.3) / height;
  };
  std::string drawing;
  for (double count = 1; count <= most; count *= 10) {
    drawing += line(kLeft, kBottom - rise(count), kWidth - kRight, kBottom - rise(count), kGrid);
    drawing += label(kLeft - 5, kBottom - rise(count) + 4, number_text(count, 0), "end");
  }
  const double width = (kWidth - kRight - kLeft) / kBins;
  const std::vector<ChartSeries> series = {{"right", "#94a3b8"}, {"wrong", "#b91c1c"}};
  for (std::size_t bin = 0; bin < kBins; ++bin) {
    const double x = kLeft + width * static_cast<double>(bin);
    const auto& [wrong, right] = counts[bin];
    drawing +=
        rectangle(x + 1, kBottom - rise(right), width / 2 - 1, rise(right), series[0].colour);
    drawing += rectangle(x + width / 2, kBottom - rise(wrong), width / 2 - 1, rise(wrong),
                         series[1].colour);
  }
  drawing += line(kLeft, kBottom, kWidth - kRight, kBottom, "#9ca3af");
  for (const double confidence : {0.0, 0.25, 0.5, 0.75, 1.0}) {
    drawing += label(kLeft + (kWidth - kRight - kLeft) * confidence, kBottom + 15,
                     number_text(confidence, 2), "middle");
  }
  drawing += label((kLeft + kWidth - kRight) / 2, kBottom + 30,
                   "confidence; readings on a logarithmic axis", "middle");
  return figure(title, kBottom + 36, drawing, series);
}

std::string bar_chart(const std::string& title, const std::vector<std::string>& rows,
                      const std::vector<ChartSeries>& series,
                      const std::vector<std::vector<std::optional<double>>>& values,
                      const std::string& unit) {
  double most = 0;
  for (const auto& row : values) {
    for (const auto& value : row) most = std::max(most, value.value_or(0));
  }
  if (!(most > 0)) most = 1;
  const auto text_of = [](double value) {
    return number_text(value, value < 1 ? 3 : value < 10 ? 2 : value < 100 ? 1 : 0);
  };
  const double value_room =
      std::max(46.0, 10 + 6.2 * static_cast<double>((text_of(most) + " " + unit).size()));
  constexpr double kLine = 12;
  const double left = label_room(rows);
  const double row_height = kLine * static_cast<double>(series.size()) + 8;
  std::string drawing;
  bool told = false;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const double top = 2 + row_height * static_cast<double>(r);
    drawing += label(0, top + row_height / 2, short_label(rows[r], left));
    for (std::size_t s = 0; s < series.size(); ++s) {
      if (!values[r][s]) continue;
      const double value = *values[r][s];
      const double length = (kWidth - value_room - left) * value / most;
      const double y = top + kLine * static_cast<double>(s);
      const std::string text = text_of(value) + (!told && value == most ? " " + unit : "");
      told = told || value == most;
      drawing += rectangle(left, y + 1, std::max(1.0, length), kLine - 2, series[s].colour) +
                 label(left + length + 4, y + 10, text);
    }
  }
  return figure(title, 6 + row_height * static_cast<double>(rows.size()), drawing, series);
}

}  // namespace nibble
