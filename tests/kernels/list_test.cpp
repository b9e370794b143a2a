// The list of kernels: what is in it, and how one is chosen.

#include <cstdlib>
#include <set>
#include <string>

#include "kernels/kernel.h"
#include "tests/catch.h"

namespace nibble::kernels {
namespace {

CpuFeatures every_feature() {
  CpuFeatures cpu;
  cpu.leaf1_ecx = cpu.leaf7_ebx = cpu.leaf7_ecx = cpu.leaf7_1_eax = ~0U;
  cpu.saves_ymm = cpu.saves_zmm = true;
  cpu.hwcap = cpu.hwcap2 = ~std::uint64_t{0};
  return cpu;
}

std::set<std::string> isa_names(const KernelList& list) {
  std::set<std::string> names;
  for (const ConvKernel* kernel : list) names.insert(kernel->isa);
  return names;
}

// Sets NIBBLE_ISA for a scope.
class ForcedIsa {
 public:
  explicit ForcedIsa(const char* name) {
    if (const char* old = std::getenv("NIBBLE_ISA")) old_ = old;
    setenv("NIBBLE_ISA", name, 1);
  }
  ~ForcedIsa() {
    if (old_.empty()) {
      unsetenv("NIBBLE_ISA");
    } else {
      setenv("NIBBLE_ISA", old_.c_str(), 1);
    }
  }
  ForcedIsa(const ForcedIsa&) = delete;
  ForcedIsa& operator=(const ForcedIsa&) = delete;

 private:
  std::string old_;
};

TEST_CASE("each instruction set has a kernel for each precision, in order") {
  const KernelList all = conv_kernels(every_feature());
  REQUIRE(all.count >= 2 * kPrecisions);
  REQUIRE(all.count % kPrecisions == 0);
  for (int i = 0; i < all.count; ++i) {
    CHECK(all.items[i]->precision == static_cast<Precision>(i % kPrecisions));
    CHECK(std::string(all.items[i]->isa) == all.items[i / kPrecisions * kPrecisions]->isa);
  }
  CHECK(isa_names(all).size() == static_cast<std::size_t>(all.count / kPrecisions));
}

TEST_CASE("a plain processor gets the kernels that need nothing") {
  const KernelList plain = conv_kernels(CpuFeatures{});
  CHECK(plain.count >= kPrecisions);
  CHECK(plain.count < conv_kernels(every_feature()).count);
#if defined(__x86_64__)
  CHECK(plain.count == kPrecisions);
  // Registers that the operating system does not save must not be used, whatever cpuid says.
  CpuFeatures unsaved = every_feature();
  unsaved.saves_ymm = unsaved.saves_zmm = false;
  CHECK(conv_kernels(unsaved).count == kPrecisions);
#endif
}

// The emulated processors of the cross build say what they are: a plain one, or one with
// everything.
TEST_CASE("this processor runs the kernels that it should") {
  const char* expected = std::getenv("NIBBLE_EXPECT_KERNELS");
  const std::string which = expected != nullptr ? expected : "";
  if (which == "plain") CHECK(conv_kernels().count == conv_kernels(CpuFeatures{}).count);
  if (which == "all") CHECK(conv_kernels().count == conv_kernels(every_feature()).count);
  CHECK(conv_kernels().count == conv_kernels(detect_cpu()).count);
  CHECK(conv_kernels().count >= kPrecisions);
}

TEST_CASE("without a name the last kernel of the list is chosen") {
  if (std::getenv("NIBBLE_ISA") != nullptr) unsetenv("NIBBLE_ISA");
  const KernelList& list = conv_kernels();
  for (int i = 0; i < kPrecisions; ++i)
    CHECK(select_kernel(static_cast<Precision>(i)) == list.items[list.count - kPrecisions + i]);
}

TEST_CASE("an empty name is none") {
  const ForcedIsa forced("");
  CHECK(select_kernel(Precision::int4) == select_kernel(Precision::int4, ""));
  CHECK(select_kernel(Precision::int4) != nullptr);
  CHECK(select_kernel(Precision::int4) ==
        conv_kernels().items[conv_kernels().count - kPrecisions + 2]);
}

TEST_CASE("a name forces its kernel") {
  for (const ConvKernel* kernel : conv_kernels()) {
    CHECK(select_kernel(kernel->precision, kernel->isa) == kernel);
    const ForcedIsa forced(kernel->isa);
    CHECK(select_kernel(kernel->precision) == kernel);
  }
}

TEST_CASE("a name that cannot run here gives no kernel") {
  CHECK(select_kernel(Precision::int4, "pentium") == nullptr);
  const ForcedIsa forced("pentium");
  CHECK(select_kernel(Precision::f32) == nullptr);
  for (const std::string& name : isa_names(conv_kernels(every_feature()))) {
    const bool runs = isa_names(conv_kernels()).count(name) != 0;
    CHECK((select_kernel(Precision::int8, name.c_str()) != nullptr) == runs);
  }
}

TEST_CASE("a kernel by Winograd's algorithm is chosen where it takes the convolution and pays") {
  ConvArgs args;
  args.in_channels = args.out_channels = 64;
  args.kernel_height = args.kernel_width = 3;
  int found = 0;
  for (const ConvKernel* kernel : conv_kernels()) {
    if (kernel->winograd == nullptr) {
      CHECK(&fastest_form(*kernel, args) == kernel);
      continue;
    }
    ++found;
    CHECK(kernel->precision >= Precision::int4);
    CHECK(kernel->winograd->precision == kernel->precision);
    CHECK(std::string(kernel->winograd->isa) == kernel->isa);
    CHECK(&fastest_form(*kernel, args) == kernel->winograd);
    ConvArgs other = args;
    other.kernel_width = 1;
    CHECK(&fastest_form(*kernel, other) == kernel);
    other = args;
    other.stride_width = 2;
    CHECK(&fastest_form(*kernel, other) == kernel);
    other = args;
    other.in_channels = 1;
    CHECK(&fastest_form(*kernel, other) == kernel);
  }
  CHECK((found > 0 || conv_kernels().count == kPrecisions));
}

TEST_CASE("the register peak counts its work") {
  for (const ConvKernel* kernel : conv_kernels()) {
    const std::int64_t macs = kernel->register_peak(3);
    CHECK(macs > 0);
    CHECK(kernel->register_peak(6) == 2 * macs);
  }
}

}  // namespace
}  // namespace nibble::kernels
