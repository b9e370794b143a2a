#include "app/report/report_html.h"

#include <nettle/sha2.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <map>
#include <sstream>

#include "app/report/report_style.h"
#include "include/nibble/nibble.hpp"
#include "recognizer/base/number_text.h"
#include "recognizer/base/printable.h"

namespace nibble {
namespace {

std::string slug(const std::string& title) {
  std::string result;
  for (const char c : title) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    result += letter ? c : '-';
  }
  return result;
}

std::string column_class(const HtmlColumn& column) {
  std::string classes = column.number ? "n" : "";
  if (column.wide) classes += classes.empty() ? "wide" : " wide";
  return classes.empty() ? "" : " class=\"" + classes + "\"";
}

std::string base64(std::span<const std::byte> bytes) {
  static constexpr const char* kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t bits = 0;
    for (std::size_t j = 0; j < 3; ++j)
      bits =
          bits << 8U | (i + j < bytes.size() ? std::to_integer<std::uint32_t>(bytes[i + j]) : 0U);
    for (std::size_t j = 0; j < 4; ++j)
      text += i + j > bytes.size() ? '=' : kDigits[bits >> (18U - 6U * j) & 63U];
  }
  return text;
}

/// A script as a policy names it: "'sha256-...'".
std::string script_source(const std::string& script) {
  sha256_ctx context{};
  sha256_init(&context);
  sha256_update(&context, script.size(), reinterpret_cast<const std::uint8_t*>(script.data()));
  std::array<std::uint8_t, SHA256_DIGEST_SIZE> digest{};
  sha256_digest(&context, digest.size(), digest.data());
  return "'sha256-" + base64(std::as_bytes(std::span(digest))) + "'";
}

std::string policy(const HtmlExtras& extras) {
  const std::string scripts =
      extras.script.empty() ? "" : "; script-src " + script_source(extras.script);
  return "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; "
         "form-action 'none'" +
         scripts;
}

}  // namespace

std::string percent_text(double share, int digits) { return number_text(100 * share, digits); }

std::string series_colour(const std::string& name, std::size_t position) {
  static const std::map<std::string, std::string> kOfPrecision = {
      {"f32", "#475569"}, {"int8", "#0f766e"}, {"int4", "#c2410c"}};
  static const std::array<const char*, 4> kOthers = {"#1d4ed8", "#7e22ce", "#a16207", "#be185d"};
  const auto found = kOfPrecision.find(name);
  return found == kOfPrecision.end() ? kOthers[position % kOthers.size()] : found->second;
}

std::string html_table(const std::vector<HtmlColumn>& columns,
                       const std::vector<std::vector<std::string>>& rows) {
  std::string text = "<div class=\"table\"><table>\n<thead><tr>";
  for (const HtmlColumn& column : columns)
    text +=
        "<th scope=\"col\"" + column_class(column) + ">" + escape_markup(column.title) + "</th>";
  text += "</tr></thead>\n<tbody>\n";
  for (const auto& row : rows) {
    text += "<tr>";
    for (std::size_t i = 0; i < row.size() && i < columns.size(); ++i) {
      const std::string tag = i == 0 ? "th" : "td";
      text += "<" + tag + (i == 0 ? " scope=\"row\"" : "") + column_class(columns[i]) + ">" +
              row[i] + "</" + tag + ">";
    }
    text += "</tr>\n";
  }
  return text + "</tbody></table></div>\n";
}

std::string html_section(const std::string& title, const std::string& markup) {
  return "<section id=\"" + slug(title) + "\">\n<h2>" + escape_markup(title) + "</h2>\n" + markup +
         "</section>\n";
}

std::string html_paragraph(const std::string& text) {
  return "<p>" + escape_markup(text) + "</p>\n";
}

std::string html_warning(const std::string& text) {
  return "<p class=\"warning\" role=\"note\">" + escape_markup(text) + "</p>\n";
}

std::string html_facts(const std::vector<std::pair<std::string, std::string>>& facts) {
  std::string text = "<dl>\n";
  for (const auto& [name, value] : facts)
    text += "<dt>" + escape_markup(name) + "</dt><dd>" + escape_markup(value) + "</dd>\n";
  return text + "</dl>\n";
}

std::string html_charts(const std::vector<std::string>& charts) {
  std::string text = "<div class=\"charts\">\n";
  for (const std::string& chart : charts) text += chart;
  return text + "</div>\n";
}

std::string data_uri(const std::string& type, std::span<const std::byte> bytes) {
  return "data:" + type + ";base64," + base64(bytes);
}

std::string png_uri(const std::vector<std::byte>& png) { return data_uri("image/png", png); }

std::string html_start(const std::string& title, const std::string& subtitle,
                       const HtmlExtras& extras) {
  return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
         "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
         "<meta http-equiv=\"Content-Security-Policy\" content=\"" +
         policy(extras) + "\">\n<link rel=\"icon\" href=\"data:,\">\n<title>" +
         escape_markup(title) + "</title>\n<style>\n" + std::string(kReportStyle) + extras.style +
         "</style>\n</head>\n<body>\n<header>\n<h1>" + escape_markup(title) + "</h1>\n<p>" +
         escape_markup(subtitle) + "</p>\n</header>\n<main>\n";
}

std::string html_end(const HtmlExtras& extras) {
  const std::string script =
      extras.script.empty() ? "" : "<script>" + extras.script + "</script>\n";
  return "</main>\n<footer><p>nibble " + escape_markup(version()) + "</p></footer>\n" + script +
         "</body>\n</html>\n";
}

std::string html_page(const std::string& title, const std::string& subtitle,
                      const std::string& body) {
  return html_start(title, subtitle) + body + html_end();
}

std::string shell_word(const std::string& word) {
  const bool plain =
      !word.empty() &&
      word.find_first_not_of(
          "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-./=,:+@%") ==
          std::string::npos;
  if (plain) return word;
  std::string quoted = "'";
  for (const char c : word) quoted += c == '\'' ? "'\\''" : std::string(1, c);
  return quoted + "'";
}

std::string html_json(const std::string& attributes, const std::string& json) {
  std::string text = "<script type=\"application/json\" " + attributes + ">";
  for (const char c : json) {
    if (c == '<') {
      text += "\\u003c";
    } else {
      text += c;
    }
  }
  return text + "</script>\n";
}

std::string command_line() {
  std::ifstream file("/proc/self/cmdline", std::ios::binary);
  std::string line;
  for (std::string word; std::getline(file, word, '\0');)
    line += (line.empty() ? "" : " ") + shell_word(word);
  return line;
}

std::string utc_now() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M UTC", &parts);
  return text.data();
}

}  // namespace nibble
