#include "app/report/review_page.h"

#include <filesystem>

#include "app/report/report_html.h"
#include "app/report/review_rows_script.h"
#include "app/report/review_save_script.h"
#include "app/report/review_style.h"

namespace nibble {
namespace {

constexpr const char* kTitle = "Review";

constexpr const char* kFrame = R"html(
<noscript><p class="warning">This page needs JavaScript, which runs in it alone and sends nothing.</p></noscript>
<p id="keys"><kbd>Enter</kbd> accept and go on · <kbd>↓</kbd> <kbd>↑</kbd> next, previous · <kbd>Page Down</kbd> <kbd>Page Up</kbd> further, back · <kbd>Alt</kbd> <kbd>1</kbd> to <kbd>5</kbd> take an alternative · <kbd>Alt</kbd> <kbd>0</kbd> reject · <kbd>Esc</kbd> undo · <kbd>Ctrl</kbd> <kbd>S</kbd> save</p>
<p id="resume"><label class="file">Go on with a saved file<input type="file" id="open" accept=".json,.jsonl"></label></p>
<div id="bar">
<p id="progress">Loading …</p>
<label>Show <select id="show"><option value="all">all, doubtful ones first</option><option value="doubtful">doubtful ones</option><option value="open">what nobody has decided</option><option value="order">all, page by page</option></select></label>
<span class="buttons"><span id="place"></span> <button type="button" id="back">Back</button> <button type="button" id="further">Further</button> <button type="button" id="save">Save</button></span>
<p id="said" role="status"></p>
</div>
<ol id="rows" aria-label="Texts to check"></ol>
<section id="failed" hidden><h2>Inputs that failed</h2><ul></ul></section>
)html";

HtmlExtras extras() {
  return {kReviewStyle, std::string("\n\"use strict\";\n") + kReviewSaveScript + kReviewRowsScript};
}

/// What the browser calls the file that it saves.
std::string saved_name(const std::string& path, const ReviewForm& form) {
  return std::filesystem::path(path).stem().string() +
         (form.lines ? ".reviewed.jsonl" : ".reviewed.json");
}

}  // namespace

ReviewPage::ReviewPage(const std::string& path, const ReviewForm& form) : out_(path) {
  out_.write(html_start(kTitle, utc_now() + " · everything stays on this page until you save it",
                        extras()));
  out_.write("<div id=\"review\" data-file=\"" + escape_markup(saved_name(path, form)) +
             "\" data-lines=\"" + (form.lines ? "yes" : "no") + "\" data-array=\"" +
             (form.array ? "yes" : "no") + "\">" + kFrame + "</div>\n");
}

void ReviewPage::finish() {
  out_.write(html_end(extras()));
  out_.commit();
}

}  // namespace nibble
