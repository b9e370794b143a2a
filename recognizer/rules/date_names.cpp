#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <map>
#include <sstream>
#include <string_view>

#include "recognizer/base/unicode.h"
#include "recognizer/rules/dates.h"

namespace nibble {
namespace {

/// Names and short names of the months, in capitals: English, German, French, Spanish, Portuguese,
/// Italian, Dutch, Polish, Czech, Croatian, Romanian, Hungarian, Swedish, Danish, Norwegian,
/// Finnish, Estonian, Latvian, Lithuanian, Turkish. Some are two months in two languages: LISTOPAD,
/// LIP.
constexpr std::array<std::string_view, 12> kMonths = {
    "JANUARY JANAR JANÚAR JANUÁR GENER EANÁIR JAN JANUAR JÄNNER JÄN JANVIER JANV ENERO ENE JANEIRO GENNAIO GEN GENN JANUARI STYCZEŃ STYCZNIA STY LEDEN LEDNA LED SIJEČANJ "
    "SIJEČNJA SIJ "
    "IANUARIE IAN JANUÁR TAMMIKUU TAMMI TAM JAANUAR JAAN JANVĀRIS SAUSIS SAU OCAK OCA",
    "FEBRUARY SHKURT FEBRÚAR FEABHRA FEABH FEB FEBRUAR FEBER FÉVRIER FEVRIER FÉV FÉVR FEV FEBRERO FEVEREIRO FEBBRAIO FEBBR FEBRUARI LUTY LUTEGO LUT ÚNOR ÚNORA VELJAČA "
    "VELJAČE "
    "VELJ FEBRUARIE FEBRUÁR HELMIKUU HELMI HEL VEEBRUAR VEEB FEBRUĀRIS VASARIS VAS ŞUBAT ŞUB",
    "MARCH MAREC MARCA MARÇ MÁRTA MAR MÄRZ MÄR MRZ MARS MARZO MARÇO MARZ MAART MRT MARZEC MARCA BŘEZEN BŘEZNA BŘE OŽUJAK OŽUJKA OŽU MARTIE MÁRCIUS MÁRC MARTS "
    "MAALISKUU MAALIS MAA MÄRTS MARTS KOVAS KOV MART",
    "APRIL APRÍL PRILL AIBREÁN AIB APRÍLA APR AVRIL AVR ABRIL ABR APRILE KWIECIEŃ KWIETNIA KWI DUBEN DUBNA DUB TRAVANJ TRAVNJA TRA APRILIE ÁPRILIS ÁPR HUHTIKUU HUHTI HUH "
    "APRILL APRĪLIS BALANDIS BAL NISAN NIS",
    "MAY MÁJA MAÍ MAIG BEALTAINE BEAL MAI MAYO MAIO MAGGIO MAG MEI MAJ MAJA KVĚTEN KVĚTNA KVĚ SVIBANJ SVIBNJA SVI MÁJUS MÁJ TOUKOKUU TOUKO TOU MAIJS GEGUŽĖ GEG "
    "MAYIS",
    "JUNE JUNIJ JÚNA JÚNÍ JUNY QERSHOR MEITHEAMH MEITH JUN JUNI JUIN JUNIO JUNHO GIUGNO GIU JUNIE IUNIE IUN CZERWIEC CZERWCA CZE ČERVEN ČERVNA ČEN LIPANJ LIPNJA LIP JÚNIUS JÚN KESÄKUU "
    "KESÄ KES JUUNI JŪNIJS BIRŽELIS BIR HAZIRAN HAZ",
    "JULY JULIJ JÚLA JÚLÍ KORRIK IÚIL IÚI JUL JULI JUILLET JUIL JULIO JULHO LUGLIO LUG IULIE IUL LIPIEC LIPCA LIP ČERVENEC ČERVENCE ČEC SRPANJ SRPNJA SRP JÚLIUS JÚL "
    "HEINÄKUU "
    "HEINÄ HEI JUULI JŪLIJS LIEPA LIE TEMMUZ TEM",
    "AUGUST AVGUST AVG AUGUSTA ÁGÚST ÁGÚ GUSHT AGOST LÚNASA LÚN AUG AOÛT AOUT AOU AGOSTO AGO AUGUSTUS SIERPIEŃ SIERPNIA SIE SRPEN SRPNA SRP KOLOVOZ KOLOVOZA KOL AUGUSZTUS ELOKUU ELO AUGUSTI "
    "AUGUSTS RUGPJŪTIS RGP AĞUSTOS AĞU",
    "SEPTEMBER SEPTEMBAR SEPTEMBRA SHTATOR SETEMBRE MFÓ SEP SEPT SEPTEMBRE SEPTIEMBRE SET SETEMBRO SETTEMBRE WRZESIEŃ WRZEŚNIA WRZ ZÁŘÍ ZÁŘ RUJAN RUJNA RUJ SEPTEMBRIE SZEPTEMBER "
    "SZEPT "
    "SYYSKUU SYYS SYY SEPTEMBRIS RUGSĖJIS RGS EYLÜL EYL",
    "OCTOBER OKTOBAR OKTÓBRA TETOR DFÓ OCT OKTOBER OKT OCTOBRE OCTUBRE OUTUBRO OUT OTTOBRE OTT PAŹDZIERNIK PAŹDZIERNIKA PAŹ ŘÍJEN ŘÍJNA ŘÍJ LISTOPAD LISTOPADA LIS "
    "OCTOMBRIE OKTÓBER LOKAKUU LOKA LOK OKTOOBER OKTOBRIS SPALIS SPA EKIM EKI",
    "NOVEMBER LISTOPADU NOVEMBAR NOVEMBRA NËNTOR NÓVEMBER NÓV SAMHAIN SAMH NOV NOVEMBRE NOVIEMBRE NOVEMBRO LISTOPAD LISTOPADA LIS STUDENI STUDENOGA STU NOIEMBRIE MARRASKUU MARRAS NOVEMBRIS LAPKRITIS "
    "LAP KASIM "
    "KAS",
    "DECEMBER DECEMBAR DECEMBRA DHJETOR DESEMBER DES DESEMBRE NOLLAIG NOLL DEC DEZEMBER DEZ DÉCEMBRE DECEMBRE DÉC DICIEMBRE DIC DEZEMBRO DICEMBRE GRUDZIEŃ GRUDNIA GRU PROSINEC PROSINCE PRO PROSINAC "
    "PROSINCA "
    "DECEMBRIE JOULUKUU JOULU JOU DETSEMBER DETS DECEMBRIS GRUODIS GRD ARALIK ARA"};

constexpr std::array<std::string_view, 12> kRoman = {"I",   "II",   "III", "IV", "V",  "VI",
                                                     "VII", "VIII", "IX",  "X",  "XI", "XII"};
constexpr std::size_t kMaxWord = 24;
// Dearer changes would make a month of a word that is none, or none of those known here.
constexpr double kMaxWordCost = 4;

bool is_digit(const std::string& c) { return c.size() == 1 && c[0] >= '0' && c[0] <= '9'; }
bool is_letter(const std::string& c) {
  return c.size() > 1 ||
         (c.size() == 1 && ((c[0] >= 'A' && c[0] <= 'Z') || (c[0] >= 'a' && c[0] <= 'z')));
}

std::string capitals_of(const std::string& text) {
  return encode_utf8(to_upper(decode_utf8(text)));
}

std::vector<std::string> spell_capital(const std::string& c) { return {capitals_of(c)}; }

Reading part_of(const Reading& reading, std::size_t begin, std::size_t end) {
  Reading part;
  part.chars.assign(reading.chars.begin() + static_cast<std::ptrdiff_t>(begin),
                    reading.chars.begin() + static_cast<std::ptrdiff_t>(end));
  return part;
}

/// The cheapest month's name for a word, with a bit for each month that has it.
struct MonthFit {
  Fit fit;
  unsigned months = 0;
};

MonthFit fit_month(const Reading& word) {
  MonthFit best;
  for (std::size_t month = 0; month < kMonths.size(); ++month) {
    const std::string_view names = kMonths[month];
    for (std::size_t at = 0; at < names.size();) {
      const std::size_t end = std::min(names.find(' ', at), names.size());
      for (const Fit& fit :
           fit_text(word, std::string(names.substr(at, end - at)), spell_capital)) {
        if (best.months != 0 && fit.cost > best.fit.cost) continue;
        if (best.months == 0 || fit.cost < best.fit.cost) best = {fit, 0};
        if (fit.text == best.fit.text) best.months |= 1U << month;
      }
      at = end + 1;
    }
  }
  return best;
}

class NamedDate {
 public:
  NamedDate(const Reading& reading, Century century, const Date& now)
      : reading_(reading), century_(century), now_(now) {}

  std::optional<DateFit> fit() {
    const std::size_t first = find_word(0, reading_.chars.size());
    const std::size_t last = end_of_words(first);
    if (first == reading_.chars.size() || last - first > kMaxWord) return std::nullopt;
    if (!add_number(0, first, 2) || !add_words(first, last)) return std::nullopt;
    const std::string day = digits_;
    digits_.clear();
    if (!add_number(last, reading_.chars.size(), 4) || (digits_.size() != 2 && digits_.size() != 4))
      return std::nullopt;
    Date date{std::stoi(digits_), std::countr_zero(months_) + 1, std::stoi(day)};
    if (digits_.size() == 2) date.year = full_year(date.year, date.month, date.day, century_, now_);
    if (!is_calendar_date(date) || date.year < 1900 || date.year > 2100) return std::nullopt;
    return DateFit{std::move(result_), date, digits_.size() == 2 ? "dd mmm yy" : "dd mmm yyyy"};
  }

 private:
  bool letters_at(std::size_t i) const {
    return i + 1 < reading_.chars.size() && is_letter(reading_.chars[i].text) &&
           is_letter(reading_.chars[i + 1].text);
  }

  std::size_t find_word(std::size_t begin, std::size_t end) const {
    while (begin < end && !letters_at(begin)) ++begin;
    return begin;
  }

  /// Behind the last letter before the year.
  std::size_t end_of_words(std::size_t first) const {
    std::size_t last = first;
    for (std::size_t i = first; i < reading_.chars.size() && !is_digit(reading_.chars[i].text);
         ++i) {
      if (is_letter(reading_.chars[i].text)) last = i + 1;
    }
    return last;
  }

  void append(const Fit& fit, std::size_t offset) {
    result_.text += fit.text;
    result_.cost += fit.cost;
    for (RuleChange change : fit.changes) {
      change.position += static_cast<int>(offset);
      result_.changes.push_back(change);
    }
  }

  /// One word or several, names of the same month.
  bool add_words(std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end;) {
      if (!is_letter(reading_.chars[i].text)) {
        result_.text += reading_.chars[i++].text;
        continue;
      }
      std::size_t stop = i;
      while (stop < end && reading_.chars[stop].text != "/" && reading_.chars[stop].text != " " &&
             reading_.chars[stop].text != ".")
        ++stop;
      const MonthFit word = fit_month(part_of(reading_, i, stop));
      if (word.fit.cost > kMaxWordCost) return false;
      months_ &= word.months;
      append(word.fit, i);
      i = stop;
    }
    return std::has_single_bit(months_);
  }

  /// A number with what stands around it; characters that are neither digits nor separators become
  /// digits.
  bool add_number(std::size_t begin, std::size_t end, std::size_t most) {
    for (std::size_t i = begin; i < end; ++i) {
      const Reading one = part_of(reading_, i, i + 1);
      const std::string& c = one.chars[0].text;
      if (c == " " || c == "." || c == "/" || c == "-" || c == ",") {
        result_.text += c;
        continue;
      }
      const std::vector<Fit> fits = fit_mask(one, {{MaskPlace::Kind::digit, ""}}, 1);
      if (fits.empty()) return false;
      append(fits[0], i);
      digits_ += fits[0].text;
    }
    return !digits_.empty() && digits_.size() <= most;
  }

  const Reading& reading_;
  Century century_;
  const Date& now_;
  Fit result_;
  std::string digits_;
  unsigned months_ = (1U << kMonths.size()) - 1;  ///< those that all words so far can be
};

}  // namespace

unsigned months_of_word(const std::string& word) {
  static const std::map<std::string, unsigned> kWords = [] {
    std::map<std::string, unsigned> words;
    for (std::size_t month = 0; month < kMonths.size(); ++month) {
      const auto add = [&](std::string_view names) {
        std::istringstream list{std::string(names)};
        for (std::string name; list >> name;) words[name] |= 1U << month;
      };
      add(kMonths[month]);
      add(kRoman[month]);
    }
    return words;
  }();
  const auto known = kWords.find(capitals_of(word));
  return known == kWords.end() ? 0 : known->second;
}

std::optional<DateFit> fit_named_date(const Reading& reading, double most, Century century,
                                      const Date& now) {
  auto fit = NamedDate(reading, century, now).fit();
  return fit && fit->fit.cost <= most ? fit : std::nullopt;
}

}  // namespace nibble
