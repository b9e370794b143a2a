#include "app/support/batch.h"

#include <string_view>

#include "app/support/messages.h"

namespace nibble {

Batch::Batch(const CommonOptions& common, bool fail_fast) : common_(common), fail_fast_(fail_fast) {
  catch_interrupts();
}

void Batch::fail(const std::string& message) {
  failed_ = true;
  if (reported_.find(std::string_view(message)) != reported_.end()) return;
  reported_.emplace(message);
  report_error(message);
}

void Batch::fail_gate(const std::string& message) {
  below_gate_ = true;
  report_error(message);
}

ExitCode Batch::exit_code() const {
  if (interrupted()) return kExitInterrupted;
  if (failed_) return kExitSomeFailed;
  return below_gate_ ? kExitGate : kExitOk;
}

}  // namespace nibble
