#include <algorithm>
#include <cstring>

#include "recognizer/image/tiff.h"

namespace nibble {
namespace {

/// How the samples of a page stand in its strips or tiles. Strips are tiles as wide as the picture.
struct Layout {
  int width = 0;
  int height = 0;
  int samples = 0;     ///< stored for each pixel
  int colours = 0;     ///< of these the first: 1 (grey or palette), 3 (RGB) or 4 (CMYK)
  bool alpha = false;  ///< sample number `colours` is the opacity
  bool premultiplied = false;
  int bits = 0;
  bool separate = false;  ///< one plane a sample
  bool tiled = false;
  int segment_width = 0;
  int segment_height = 0;

  int kept() const { return colours + (alpha ? 1 : 0); }
};

std::uint16_t photometric_of(const TiffFile& file) {
  const bool three = file.field16(TIFFTAG_SAMPLESPERPIXEL, 1) >= 3;
  const std::uint16_t photometric =
      file.field16(TIFFTAG_PHOTOMETRIC, three ? PHOTOMETRIC_RGB : PHOTOMETRIC_MINISBLACK);
  // libtiff's JPEG decoder converts by itself when it is told so.
  const bool converted =
      photometric == PHOTOMETRIC_YCBCR &&
      file.field16(TIFFTAG_COMPRESSION, COMPRESSION_NONE) == COMPRESSION_JPEG &&
      file.field16(TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG) == PLANARCONFIG_CONTIG;
  return converted ? PHOTOMETRIC_RGB : photometric;
}

int colours_of(std::uint16_t photometric) {
  switch (photometric) {
    case PHOTOMETRIC_MINISWHITE:
    case PHOTOMETRIC_MINISBLACK:
    case PHOTOMETRIC_PALETTE: return 1;
    case PHOTOMETRIC_RGB: return 3;
    case PHOTOMETRIC_SEPARATED: return 4;
    default: return 0;
  }
}

Layout layout_of(const TiffFile& file, const PictureHeader& header) {
  Layout layout;
  layout.width = header.width;
  layout.height = header.height;
  layout.samples = file.field16(TIFFTAG_SAMPLESPERPIXEL, 1);
  layout.colours = colours_of(photometric_of(file));
  layout.bits = file.field16(TIFFTAG_BITSPERSAMPLE, 1);
  layout.separate =
      file.field16(TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG) == PLANARCONFIG_SEPARATE;
  layout.tiled = TIFFIsTiled(file.get()) != 0;
  const std::uint32_t rows = std::min(file.field32(TIFFTAG_ROWSPERSTRIP, UINT32_MAX),
                                      static_cast<std::uint32_t>(header.height));
  layout.segment_width =
      layout.tiled ? static_cast<int>(file.field32(TIFFTAG_TILEWIDTH, 0)) : header.width;
  layout.segment_height =
      static_cast<int>(layout.tiled ? file.field32(TIFFTAG_TILELENGTH, 0) : rows);
  std::uint16_t count = 0;
  std::uint16_t* kinds = nullptr;
  const bool has_extra =
      TIFFGetFieldDefaulted(file.get(), TIFFTAG_EXTRASAMPLES, &count, &kinds) != 0 && count > 0 &&
      kinds != nullptr;
  if (has_extra && layout.samples > layout.colours && photometric_of(file) != PHOTOMETRIC_PALETTE) {
    layout.premultiplied = kinds[0] == EXTRASAMPLE_ASSOCALPHA;
    layout.alpha = layout.premultiplied || kinds[0] == EXTRASAMPLE_UNASSALPHA;
  }
  return layout;
}

/// Takes `count` samples of a decoded row, `step` apart, to 8 bits, `out_step` apart. Palette
/// indices keep their value.
struct SampleRow {
  const std::uint8_t* data;
  int first;
  int step;
  int bits;
  bool index;

  std::uint8_t at(int pixel) const {
    const std::size_t sample = static_cast<std::size_t>(first) +
                               static_cast<std::size_t>(pixel) * static_cast<std::size_t>(step);
    if (bits == 8) return data[sample];
    if (bits == 16) {
      std::uint16_t value = 0;
      std::memcpy(&value, data + 2 * sample, 2);
      return static_cast<std::uint8_t>((value * 255U + 32767U) / 65535U);
    }
    const unsigned most = (1U << static_cast<unsigned>(bits)) - 1U;
    const std::size_t bit = sample * static_cast<std::size_t>(bits);
    const unsigned value =
        data[bit / 8] >> (8U - static_cast<unsigned>(bits) - static_cast<unsigned>(bit % 8)) & most;
    return static_cast<std::uint8_t>(index ? value : value * (255U / most));
  }
};

/// Decodes every strip or tile into `samples`, whose channels are the kept ones.
class SegmentReader {
 public:
  SegmentReader(TiffFile& file, const Layout& layout, bool index)
      : file_(file), layout_(layout), index_(index) {
    const tmsize_t row = layout.tiled ? TIFFTileRowSize(file.get()) : TIFFScanlineSize(file.get());
    const tmsize_t whole = layout.tiled ? TIFFTileSize(file.get()) : TIFFStripSize(file.get());
    const int stored = layout.separate ? 1 : layout.samples;
    const std::int64_t needed = (std::int64_t{layout.segment_width} * stored * layout.bits + 7) / 8;
    if (row < needed || whole < row * layout.segment_height)
      file.fail("a damaged TIFF (strips or tiles of the wrong size)");
    row_bytes_ = static_cast<std::size_t>(row);
    buffer_.resize(static_cast<std::size_t>(whole));
  }

  void read(Image& samples) {
    const int planes = layout_.separate ? layout_.kept() : 1;
    for (int plane = 0; plane < planes; ++plane) {
      for (int y = 0; y < layout_.height; y += layout_.segment_height) {
        for (int x = 0; x < layout_.width; x += layout_.segment_width) {
          decode(x, y, plane);
          store(samples, x, y, plane);
        }
      }
    }
  }

 private:
  void decode(int x, int y, int plane) {
    const auto column = static_cast<std::uint32_t>(x);
    const auto line = static_cast<std::uint32_t>(y);
    const auto sample = static_cast<std::uint16_t>(plane);
    const int rows = layout_.tiled ? layout_.segment_height
                                   : std::min(layout_.segment_height, layout_.height - y);
    const auto size = static_cast<tmsize_t>(row_bytes_) * rows;
    const tmsize_t got =
        layout_.tiled
            ? TIFFReadEncodedTile(file_.get(),
                                  TIFFComputeTile(file_.get(), column, line, 0, sample),
                                  buffer_.data(), size)
            : TIFFReadEncodedStrip(file_.get(), TIFFComputeStrip(file_.get(), line, sample),
                                   buffer_.data(), size);
    if (got != size || file_.has_errors()) file_.fail("a damaged or truncated TIFF");
  }

  void store(Image& samples, int x0, int y0, int plane) const {
    const int columns = std::min(layout_.segment_width, layout_.width - x0);
    const int rows = std::min(layout_.segment_height, layout_.height - y0);
    const int kept = layout_.kept();
    for (int y = 0; y < rows; ++y) {
      const std::uint8_t* data = buffer_.data() + static_cast<std::size_t>(y) * row_bytes_;
      std::uint8_t* out = samples.row(y0 + y) + static_cast<std::ptrdiff_t>(x0) * kept;
      for (int c = layout_.separate ? plane : 0; c < (layout_.separate ? plane + 1 : kept); ++c) {
        const SampleRow row{data, layout_.separate ? 0 : c, layout_.separate ? 1 : layout_.samples,
                            layout_.bits, index_};
        for (int x = 0; x < columns; ++x)
          out[static_cast<std::ptrdiff_t>(x) * kept + c] = row.at(x);
      }
    }
  }

  TiffFile& file_;
  const Layout& layout_;
  bool index_;
  std::size_t row_bytes_ = 0;
  std::vector<std::uint8_t> buffer_;
};

void mix_inks(Image& image) {
  const std::uint8_t* in = image.pixels.data();
  std::uint8_t* out = image.pixels.data();
  const std::size_t count = static_cast<std::size_t>(image.width) * image.height;
  for (std::size_t i = 0; i < count; ++i, in += 4) {
    const unsigned black = 255U - in[3];
    for (int c = 0; c < 3; ++c) *out++ = multiply_light(255U - in[c], black);
  }
  image.channels = 3;
  image.pixels.resize(count * 3);
}

Image look_up_palette(const TiffFile& file, const Image& indices, int bits) {
  std::array<std::uint16_t*, 3> maps = {};
  if (TIFFGetField(file.get(), TIFFTAG_COLORMAP, &maps[0], &maps[1], &maps[2]) == 0)
    file.fail("a damaged TIFF (its palette is missing)");
  const std::size_t entries = std::size_t{1} << static_cast<unsigned>(bits);
  // Entries have 16 bits by the standard; old writers stored 8.
  const bool wide = std::any_of(maps.begin(), maps.end(), [&](const std::uint16_t* map) {
    return std::any_of(map, map + entries, [](std::uint16_t value) { return value > 255; });
  });
  Image image{indices.width, indices.height, 3,
              std::vector<std::uint8_t>(indices.pixels.size() * 3)};
  std::uint8_t* out = image.pixels.data();
  for (const std::uint8_t index : indices.pixels) {
    for (const std::uint16_t* map : maps)
      *out++ = static_cast<std::uint8_t>(wide ? map[index] >> 8U : map[index]);
  }
  return image;
}

}  // namespace

bool has_plain_samples(const TiffFile& file) {
  const std::uint16_t photometric = photometric_of(file);
  const int colours = colours_of(photometric);
  const std::uint16_t bits = file.field16(TIFFTAG_BITSPERSAMPLE, 1);
  const bool narrow = bits == 1 || bits == 2 || bits == 4 || bits == 8;
  if (colours == 0 || file.field16(TIFFTAG_SAMPLESPERPIXEL, 1) < colours) return false;
  if (photometric == PHOTOMETRIC_SEPARATED &&
      file.field16(TIFFTAG_INKSET, INKSET_CMYK) != INKSET_CMYK)
    return false;
  if (file.field16(TIFFTAG_COMPRESSION, COMPRESSION_NONE) == COMPRESSION_OJPEG) return false;
  return narrow || (bits == 16 && photometric != PHOTOMETRIC_PALETTE);
}

Image read_plain_samples(TiffFile& file, const PictureHeader& header) {
  const std::uint16_t photometric = photometric_of(file);
  if (file.field16(TIFFTAG_PHOTOMETRIC, photometric) == PHOTOMETRIC_YCBCR)
    TIFFSetField(file.get(), TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
  const Layout layout = layout_of(file, header);
  const bool palette = photometric == PHOTOMETRIC_PALETTE;
  SegmentReader reader(file, layout, palette);
  Image image{header.width, header.height, layout.kept(), {}};
  image.pixels.resize(static_cast<std::size_t>(image.width) * image.height * image.channels);
  reader.read(image);
  if (palette) return look_up_palette(file, image, layout.bits);
  if (photometric == PHOTOMETRIC_MINISWHITE) {
    for (std::size_t i = 0; i < image.pixels.size(); i += static_cast<std::size_t>(image.channels))
      image.pixels[i] ^= 255U;
  }
  if (layout.alpha) lay_over_white(image, layout.premultiplied);
  if (layout.colours == 4) mix_inks(image);
  return image;
}

}  // namespace nibble
