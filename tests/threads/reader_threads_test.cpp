#include <string>
#include <thread>
#include <vector>

#include "include/nibble/nibble.hpp"
#include "tests/catch.h"

namespace nibble {
namespace {

const std::string kData = std::string(NIBBLE_SOURCE_DIR) + "/data";
const std::string kCard = kData + "/samples/01_norravia_id/images/TA/TA01_01.jpg";
const std::string kPassport = kData + "/samples/03_valmere_passport/images/TS/TS03_01.jpg";

ReaderOptions options() {
  ReaderOptions options;
  options.data_folder = kData;
  return options;
}

/// What was read, without the times.
std::string texts_of(const Document& document) {
  std::string texts = document.ok() ? "" : document.message;
  for (const Field& field : document.fields)
    texts += field.name + "=" + field.text + " " + std::to_string(field.confidence) + "\n";
  return texts;
}

}  // namespace

TEST_CASE("threads that share one reader read what one thread reads", "[threads]") {
  ReaderOptions threaded = options();
  threaded.threads = 2;
  const Reader shared(threaded);  // templates are loaded by whichever thread comes first
  Request passport;
  passport.type = Request::Type::kind;
  passport.kind = "valmere_passport";
  std::vector<std::string> texts(4);
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    threads.emplace_back([&, i] {
      const Reader copy = shared;
      texts[i] =
          texts_of(i % 2 == 0 ? copy.read_file(kCard)[0] : copy.read_file(kPassport, passport)[0]);
    });
  }
  for (std::thread& thread : threads) thread.join();
  const Reader alone(options());
  CHECK(texts[0].find("surname=LINDNESCU") != std::string::npos);
  CHECK(texts[0] == texts_of(alone.read_file(kCard)[0]));
  CHECK(texts[1] == texts_of(alone.read_file(kPassport, passport)[0]));
  CHECK(texts[2] == texts[0]);
  CHECK(texts[3] == texts[1]);
}

}  // namespace nibble
