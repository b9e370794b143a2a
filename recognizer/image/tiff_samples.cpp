#include <algorithm>
#include <cstring>

#include "recognizer/image/tiff.h"

// Samples are taken to 8 bits here, not by libtiff's RGBA reader, which refuses CMYK of 16 bits,
// drops the opacity of CMYK (tests/recognizer/image_tiff_test.cpp shows both), and needs four bytes
// for each pixel of a page however few it has there (a scan of one bit: 32 times), for all of it at
// once.

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

/// Decodes strips or tiles a band at a time: rows of the page as wide as it is, whose channels are
/// the kept samples. Strips of whole pixels are decoded row by row, so that a page in one strip is
/// never in memory twice.
class BandReader {
 public:
  BandReader(TiffFile& file, const Layout& layout, bool index)
      : file_(file), layout_(layout), index_(index), by_row_(!layout.tiled && !layout.separate) {
    const tmsize_t row = layout.tiled ? TIFFTileRowSize(file.get()) : TIFFScanlineSize(file.get());
    const tmsize_t whole = layout.tiled ? TIFFTileSize(file.get()) : TIFFStripSize(file.get());
    const int stored = layout.separate ? 1 : layout.samples;
    const std::int64_t needed = (std::int64_t{layout.segment_width} * stored * layout.bits + 7) / 8;
    if (row < needed || whole < row * layout.segment_height)
      file.fail("a damaged TIFF (strips or tiles of the wrong size)");
    row_bytes_ = static_cast<std::size_t>(row);
    buffer_.resize(static_cast<std::size_t>(by_row_ ? row : whole));
    band_ = {layout.width, by_row_ ? 1 : layout.segment_height, layout.kept(), {}};
    band_.pixels.resize(static_cast<std::size_t>(band_.width) * band_.height * band_.channels);
  }

  /// The rows from `y` on: a band's height of them, or fewer at the page's end.
  const Image& read(int y) {
    const int planes = layout_.separate ? layout_.kept() : 1;
    for (int plane = 0; plane < planes; ++plane) {
      for (int x = 0; x < layout_.width; x += layout_.segment_width) {
        decode(x, y, plane);
        store(x, plane, std::min(band_.height, layout_.height - y));
      }
    }
    return band_;
  }

 private:
  void decode(int x, int y, int plane) {
    const auto column = static_cast<std::uint32_t>(x);
    const auto line = static_cast<std::uint32_t>(y);
    const auto sample = static_cast<std::uint16_t>(plane);
    bool done = false;
    if (by_row_) {
      done = TIFFReadScanline(file_.get(), buffer_.data(), line, sample) == 1;
    } else {
      const int rows = layout_.tiled ? layout_.segment_height
                                     : std::min(layout_.segment_height, layout_.height - y);
      const auto size = static_cast<tmsize_t>(row_bytes_) * rows;
      TIFF* const tiff = file_.get();
      const tmsize_t got =
          layout_.tiled ? TIFFReadEncodedTile(tiff, TIFFComputeTile(tiff, column, line, 0, sample),
                                              buffer_.data(), size)
                        : TIFFReadEncodedStrip(tiff, TIFFComputeStrip(tiff, line, sample),
                                               buffer_.data(), size);
      done = got == size;
    }
    if (!done || file_.has_errors()) file_.fail("a damaged or truncated TIFF");
  }

  void store(int x0, int plane, int rows) {
    const int columns = std::min(layout_.segment_width, layout_.width - x0);
    const int kept = layout_.kept();
    for (int y = 0; y < rows; ++y) {
      const std::uint8_t* data = buffer_.data() + static_cast<std::size_t>(y) * row_bytes_;
      std::uint8_t* out = band_.row(y) + static_cast<std::ptrdiff_t>(x0) * kept;
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
  bool by_row_;
  std::size_t row_bytes_ = 0;
  std::vector<std::uint8_t> buffer_;
  Image band_;
};

/// Takes the opacity out of a value that was multiplied by it.
std::uint8_t divide_by_alpha(unsigned value, unsigned alpha) {
  return alpha == 0 ? std::uint8_t{0}
                    : static_cast<std::uint8_t>(std::min(255U, (value * 255U + alpha / 2) / alpha));
}

/// Turns the stored samples of a row into grey or RGB, its opacity behind them where there is one.
class RowConverter {
 public:
  RowConverter(const TiffFile& file, const Layout& layout, std::uint16_t photometric)
      : layout_(layout), photometric_(photometric) {
    if (photometric == PHOTOMETRIC_PALETTE) read_palette(file);
    row_.resize(static_cast<std::size_t>(layout.width) *
                static_cast<std::size_t>(channels_of(kind())));
  }

  PixelKind kind() const {
    if (photometric_ == PHOTOMETRIC_PALETTE) return PixelKind::rgb;
    if (layout_.colours == 1) return layout_.alpha ? PixelKind::grey_alpha : PixelKind::grey;
    return layout_.alpha ? PixelKind::rgb_alpha : PixelKind::rgb;
  }

  const std::uint8_t* convert(const std::uint8_t* in) {
    if (photometric_ == PHOTOMETRIC_PALETTE) return look_up(in);
    const bool inverted = photometric_ == PHOTOMETRIC_MINISWHITE;
    const int kept = layout_.kept();
    if (layout_.colours != 4 && !inverted && !layout_.premultiplied) return in;
    std::uint8_t* out = row_.data();
    for (int x = 0; x < layout_.width; ++x, in += kept) {
      std::array<std::uint8_t, 4> value = {};
      for (int c = 0; c < layout_.colours; ++c)
        value[c] = layout_.premultiplied ? divide_by_alpha(in[c], in[layout_.colours]) : in[c];
      if (layout_.colours == 4) {
        for (int c = 0; c < 3; ++c) *out++ = multiply_light(255U - value[c], 255U - value[3]);
      } else {
        for (int c = 0; c < layout_.colours; ++c)
          *out++ = inverted ? static_cast<std::uint8_t>(255U - value[c]) : value[c];
      }
      if (layout_.alpha) *out++ = in[layout_.colours];
    }
    return row_.data();
  }

 private:
  void read_palette(const TiffFile& file) {
    std::array<std::uint16_t*, 3> maps = {};
    if (TIFFGetField(file.get(), TIFFTAG_COLORMAP, &maps[0], &maps[1], &maps[2]) == 0)
      file.fail("a damaged TIFF (its palette is missing)");
    const std::size_t entries = std::size_t{1} << static_cast<unsigned>(layout_.bits);
    // Entries have 16 bits by the standard; old writers stored 8.
    const bool wide = std::any_of(maps.begin(), maps.end(), [&](const std::uint16_t* map) {
      return std::any_of(map, map + entries, [](std::uint16_t value) { return value > 255; });
    });
    for (std::size_t i = 0; i < entries; ++i) {
      for (std::size_t c = 0; c < 3; ++c)
        palette_[3 * i + c] = static_cast<std::uint8_t>(wide ? maps[c][i] >> 8U : maps[c][i]);
    }
  }

  const std::uint8_t* look_up(const std::uint8_t* in) {
    std::uint8_t* out = row_.data();
    for (int x = 0; x < layout_.width; ++x, in += layout_.kept(), out += 3)
      std::memcpy(out, palette_.data() + 3 * std::size_t{*in}, 3);
    return row_.data();
  }

  const Layout& layout_;
  std::uint16_t photometric_;
  std::array<std::uint8_t, 256 * std::size_t{3}> palette_ = {};
  std::vector<std::uint8_t> row_;
};

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

Image read_plain_samples(TiffFile& file, const PictureHeader& header, bool grey) {
  const std::uint16_t photometric = photometric_of(file);
  if (file.field16(TIFFTAG_PHOTOMETRIC, photometric) == PHOTOMETRIC_YCBCR)
    TIFFSetField(file.get(), TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
  const Layout layout = layout_of(file, header);
  RowConverter converter(file, layout, photometric);
  return over_ground([&](Ground ground) {
    BandReader reader(file, layout, photometric == PHOTOMETRIC_PALETTE);
    PictureRows rows(header, converter.kind(), grey, ground);
    for (int y = 0; y < layout.height;) {
      const Image& band = reader.read(y);
      for (int row = 0; row < band.height && y < layout.height; ++row, ++y)
        rows.put(converter.convert(band.row(row)));
    }
    return rows;
  });
}

}  // namespace nibble
