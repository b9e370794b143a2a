#include "quant/range_observer.h"

#include <cmath>
#include <random>

#include "tests/catch.h"

namespace nibble::test {

TEST_CASE("the methods give the scales that they say") {
  RangeObserver observer;
  std::vector<float> values;
  for (int i = 1; i <= 100000; ++i) values.push_back(static_cast<float>(i) * 1e-5F);
  values.push_back(50);
  values.insert(values.end(), 100000, 0.0F);
  observer.observe(values.data(), values.size());
  CHECK(observer.count() == values.size());
  CHECK(observer.greatest() == 50);
  CHECK(observer.scale(RangeMethod::minmax, 15) == Approx(50.0 / 15));
  // One value in 100,000 is an outlier: 99.99 % are within 1.
  CHECK(observer.scale(RangeMethod::percentile, 15) == Approx(1.0 / 15).epsilon(0.02));
  CHECK(observer.clipped_share(1.0 / 15, 15) == Approx(1.0 / 200001).epsilon(0.01));
}

TEST_CASE("the scale of least error clips what is rare") {
  std::mt19937 random(1);
  std::normal_distribution<float> normal;
  std::vector<float> values(200000);
  for (float& v : values) v = std::max(0.0F, normal(random));
  RangeObserver observer;
  observer.observe(values.data(), values.size());
  const auto error = [&](double scale) {
    double sum = 0;
    for (const float v : values) {
      const double q = std::min(std::round(v / scale), 15.0) * scale;
      sum += (q - v) * (q - v);
    }
    return sum;
  };
  const double scale = observer.scale(RangeMethod::mse, 15);
  CHECK(scale < observer.scale(RangeMethod::minmax, 15));
  for (const double factor : {0.9, 0.95, 1.05, 1.1}) CHECK(error(scale) < error(scale * factor));
}

TEST_CASE("the order in which values come does not matter") {
  std::vector<float> values;
  for (int i = 1; i <= 4096; ++i) values.push_back(static_cast<float>(i) / 64);
  RangeObserver rising;
  rising.observe(values.data(), values.size());
  std::reverse(values.begin(), values.end());
  RangeObserver falling;
  for (const float v : values) falling.observe(&v, 1);
  for (const RangeMethod method :
       {RangeMethod::minmax, RangeMethod::percentile, RangeMethod::mse}) {
    CHECK(rising.scale(method, 127) == Approx(falling.scale(method, 127)).epsilon(0.01));
  }
}

TEST_CASE("values that are not positive count as zeros") {
  RangeObserver observer;
  const std::vector<float> values{0, -1, std::nanf("")};
  observer.observe(values.data(), values.size());
  CHECK(observer.count() == 3);
  CHECK(observer.scale(RangeMethod::mse, 15) == Approx(1.0 / 15));
  CHECK(observer.clipped_share(1, 15) == 0);
}

TEST_CASE("the names of methods are read back") {
  for (const RangeMethod method :
       {RangeMethod::minmax, RangeMethod::percentile, RangeMethod::mse}) {
    CHECK(parse_range_method(range_method_name(method)) == method);
  }
  CHECK(!parse_range_method("max"));
}

}  // namespace nibble::test
