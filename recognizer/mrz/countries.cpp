#include "recognizer/mrz/countries.h"

#include <cstddef>

namespace nibble {
namespace {

constexpr std::string_view kCodes =
    "ABW AFG AGO AIA ALA ALB AND ARE ARG ARM ASM ATA ATF ATG AUS AUT AZE BDI BEL BEN BES BFA BGD BGR BHR BHS BIH BLM BLR BLZ BMU BOL BRA "
    "BRB BRN BTN BVT BWA CAF CAN CCK CHE CHL CHN CIV CMR COD COG COK COL COM CPV CRI CUB CUW CXR CYM CYP CZE DEU DJI DMA DNK DOM DZA ECU "
    "EGY ERI ESH ESP EST ETH FIN FJI FLK FRA FRO FSM GAB GBR GEO GGY GHA GIB GIN GLP GMB GNB GNQ GRC GRD GRL GTM GUF GUM GUY HKG HMD HND "
    "HRV HTI HUN IDN IMN IND IOT IRL IRN IRQ ISL ISR ITA JAM JEY JOR JPN KAZ KEN KGZ KHM KIR KNA KOR KWT LAO LBN LBR LBY LCA LIE LKA LSO "
    "LTU LUX LVA MAC MAF MAR MCO MDA MDG MDV MEX MHL MKD MLI MLT MMR MNE MNG MNP MOZ MRT MSR MTQ MUS MWI MYS MYT NAM NCL NER NFK NGA NIC "
    "NIU NLD NOR NPL NRU NZL OMN PAK PAN PCN PER PHL PLW PNG POL PRI PRK PRT PRY PSE PYF QAT REU ROU RUS RWA SAU SDN SEN SGP SGS SHN SJM "
    "SLB SLE SLV SMR SOM SPM SRB SSD STP SUR SVK SVN SWE SWZ SXM SYC SYR TCA TCD TGO THA TJK TKL TKM TLS TON TTO TUN TUR TUV TWN TZA UGA "
    "UKR UMI URY USA UZB VAT VCT VEN VGB VIR VNM VUT WLF WSM YEM ZAF ZMB ZWE "
    "EUE GBD GBN GBO GBP GBS RKS UNA UNK UNO UTO ";

constexpr std::string_view kFormer =
    "AFI ANT ATB ATN BUR BYS CSK CTE DDR DHY FXX GEL HVO IVC JTN MID NTZ PCI PCZ PHI PUS RHO ROM SCG SUN TMP TPT VDR WAK YMD YUG "
    "ZAR ";

bool is_listed(std::string_view code, std::string_view list) {
  for (std::size_t at = 0; at + 3 < list.size(); at += 4) {
    if (list.substr(at, 3) == code) return true;
  }
  return false;
}

}  // namespace

bool is_country_code(std::string_view code) {
  if (code == "D") return true;
  if (code.size() != 3) return false;
  for (const char c : code) {
    if (c < 'A' || c > 'Z') return false;
  }
  if (code == "AAA" || code[0] == 'X' || code.starts_with("ZZ") ||
      (code[0] == 'Q' && code[1] >= 'M'))
    return true;
  return is_listed(code, kCodes);
}

bool is_former_country_code(std::string_view code) {
  return code.size() == 3 && is_listed(code, kFormer);
}

}  // namespace nibble
