#include "recognizer/base/process.h"

#include <sys/wait.h>

#include <cstdlib>
#include <system_error>

#include "tests/catch.h"

namespace nibble {
namespace {

ProcessOptions shell(const std::string& script) {
  ProcessOptions options;
  options.arguments = {"/bin/sh", "-c", script};
  return options;
}

}  // namespace

TEST_CASE("a program's output is read to its end, whatever its length") {
  ChildProcess process(shell("i=0; while [ $i -lt 3000 ]; do echo 0123456789; i=$((i+1)); done"));
  const std::string output = process.read_rest();
  CHECK(output.size() == 3000 * 11);
  CHECK(output.ends_with("0123456789\n"));
  CHECK(WEXITSTATUS(process.wait()) == 0);
}

TEST_CASE("a program gets this one's environment and what is set for it") {
  ::setenv("NIBBLE_TEST_KEPT", "kept", 1);
  ::setenv("NIBBLE_TEST_CHANGED", "before", 1);
  ProcessOptions options =
      shell("echo \"$NIBBLE_TEST_KEPT $NIBBLE_TEST_CHANGED $NIBBLE_TEST_NEW\"");
  options.environment = {"NIBBLE_TEST_CHANGED=after", "NIBBLE_TEST_NEW=it's \"new\""};
  CHECK(ChildProcess(options).read_rest() == "kept after it's \"new\"\n");
  CHECK(std::string(std::getenv("NIBBLE_TEST_CHANGED")) == "before");
}

TEST_CASE("a program's end and its memory are told") {
  ChildProcess process(shell("exit 3"));
  CHECK(WEXITSTATUS(process.wait()) == 3);
  CHECK(process.peak_memory() > 100'000);
  CHECK(WEXITSTATUS(process.wait()) == 3);
}

TEST_CASE("a program that is not there cannot be started") {
  ProcessOptions options;
  options.arguments = {"/nowhere/program"};
  CHECK_THROWS_AS(ChildProcess(options), std::system_error);
}

}  // namespace nibble
