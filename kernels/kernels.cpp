#include <cstdlib>
#include <cstring>

#include "kernels/kernel.h"

#if defined(__x86_64__)
#include <cpuid.h>
#elif defined(__aarch64__)
#include <sys/auxv.h>
#endif

namespace nibble::kernels {

// Each instruction set's file defines its kernels in the order of Precision, and its loops over
// values.
#define NIBBLE_ISA(name, runs, ...)                    \
  extern const ConvKernel name##_kernels[kPrecisions]; \
  extern const ElementKernel name##_elements;
#include "kernels/kernels.inc"
#undef NIBBLE_ISA

namespace {

bool bit(std::uint64_t word, int position) { return ((word >> position) & 1U) != 0; }

#if defined(__x86_64__)
std::uint64_t read_xcr0() {
  std::uint32_t low = 0;
  std::uint32_t high = 0;
  __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return (std::uint64_t{high} << 32U) | low;
}
#endif

void append(KernelList& list, const ConvKernel* kernels) {
  for (int i = 0; i < kPrecisions; ++i) list.items[list.count++] = &kernels[i];
}

}  // namespace

const char* precision_name(Precision precision) {
  switch (precision) {
    case Precision::f32: return "f32";
    case Precision::int8: return "int8";
    case Precision::int4: return "int4";
    case Precision::int3: return "int3";
    case Precision::int2: return "int2";
  }
  return "";
}

int conv_height(const ConvArgs& args) {
  return (args.in_height + args.pad_top + args.pad_bottom - args.kernel_height) /
             args.stride_height +
         1;
}
int conv_width(const ConvArgs& args) {
  return (args.in_width + args.pad_left + args.pad_right - args.kernel_width) / args.stride_width +
         1;
}
int out_height(const ConvArgs& args) { return conv_height(args) / args.pool_height; }
int out_width(const ConvArgs& args) { return conv_width(args) / args.pool_width; }

CpuFeatures detect_cpu() {
  CpuFeatures cpu;
#if defined(__x86_64__)
  unsigned a = 0;
  unsigned b = 0;
  unsigned c = 0;
  unsigned d = 0;
  if (__get_cpuid(1, &a, &b, &c, &d) != 0) cpu.leaf1_ecx = c;
  if (bit(cpu.leaf1_ecx, 27)) {  // OSXSAVE: without it xgetbv is an illegal instruction
    const std::uint64_t xcr0 = read_xcr0();
    cpu.saves_ymm = (xcr0 & 0x06U) == 0x06U;
    cpu.saves_zmm = (xcr0 & 0xe6U) == 0xe6U;
  }
  if (__get_cpuid_count(7, 0, &a, &b, &c, &d) != 0) {
    cpu.leaf7_ebx = b;
    cpu.leaf7_ecx = c;
    if (a >= 1 && __get_cpuid_count(7, 1, &a, &b, &c, &d) != 0) cpu.leaf7_1_eax = a;
  }
#elif defined(__aarch64__)
  cpu.hwcap = getauxval(AT_HWCAP);
  cpu.hwcap2 = getauxval(AT_HWCAP2);
#endif
  return cpu;
}

const ConvKernel* const* KernelList::begin() const { return items; }
const ConvKernel* const* KernelList::end() const { return items + count; }

KernelList conv_kernels([[maybe_unused]] const CpuFeatures& cpu) {
  KernelList list;
#define NIBBLE_ISA(name, runs, ...) \
  if (runs) append(list, name##_kernels);
#include "kernels/kernels.inc"
#undef NIBBLE_ISA
  return list;
}

const KernelList& conv_kernels() {
  static const KernelList list = conv_kernels(detect_cpu());
  return list;
}

const ElementKernel& element_kernel(const ConvKernel& kernel) {
#define NIBBLE_ISA(name, runs, ...) \
  if (std::strcmp(kernel.isa, #name) == 0) return name##_elements;
#include "kernels/kernels.inc"
#undef NIBBLE_ISA
  return portable_elements;
}

const ConvKernel* select_kernel(Precision precision, const char* isa) {
  if (isa == nullptr) isa = std::getenv("NIBBLE_ISA");
  if (isa != nullptr && *isa == '\0') isa = nullptr;  // how a shell unsets it for one command
  const ConvKernel* best = nullptr;
  for (const ConvKernel* kernel : conv_kernels()) {
    if (kernel->precision == precision && (isa == nullptr || std::strcmp(isa, kernel->isa) == 0))
      best = kernel;
  }
  return best;
}

const ConvKernel& fastest_form(const ConvKernel& kernel, const ConvArgs& args) {
  const ConvKernel* other = kernel.winograd;
  return other != nullptr && other->takes(args) && other->pays(args) ? *other : kernel;
}

}  // namespace nibble::kernels
