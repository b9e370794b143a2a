#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "kernels/cuda/device.h"
#include "nn/network.h"
#include "nn/tensor.h"

namespace nibble {

/// The machine's first CUDA device. Throws Error(bad_device) where there is none, or where this
/// build has no CUDA.
kernels::cuda::Device& open_cuda_device();
/// The same, but null where there is none.
kernels::cuda::Device* find_cuda_device();

/// An integer network on a CUDA device, see Network::use_device: weights are uploaded once,
/// activations stay there. Immutable but for memory that runs share; one object serves any number
/// of threads, one after the other.
class CudaNetwork {
 public:
  /// Takes the weights of `model`, from which `network` was made; `device` outlives this object.
  /// Throws Error(bad_model), also for a model of floats, or Error(bad_device).
  CudaNetwork(const Network& network, const ModelFile& model, const std::string& name,
              kernels::cuda::Device& device);
  ~CudaNetwork();
  CudaNetwork(CudaNetwork&&) noexcept;
  CudaNetwork& operator=(CudaNetwork&&) noexcept;

  /// The scores of each line, equal to Network::run's bit for bit. Lines of equal width (rounded up
  /// to the stride) run together; all go to the device in one copy and their sums come back in one.
  /// Throws Error(usage) for a line that cannot be read, Error(bad_device).
  std::vector<Logits> run(const std::vector<TensorView<const std::uint8_t>>& lines) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace nibble
