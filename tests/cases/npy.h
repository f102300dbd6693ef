// Arrays of the .npy format, little-endian, as NumPy writes them.
#ifndef ASSAY_TESTS_CASES_NPY_H
#define ASSAY_TESTS_CASES_NPY_H

#include <cstdint>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "half.h"

namespace assay_test {

struct NpyArray {
  std::string type;  // NumPy's name without the byte order: f2 f4 f8 u1 i4 i8 b1, or U and a length
  std::vector<int64_t> shape;
  std::vector<unsigned char> bytes;  // in C order

  size_t item_bytes() const {
    const auto number = static_cast<size_t>(std::stoul(type.substr(1)));
    return type[0] == 'U' ? 4 * number : number;
  }
  size_t count() const { return bytes.size() / item_bytes(); }

  double operator[](size_t i) const {
    const unsigned char* const at = bytes.data() + i * item_bytes();
    if (type == "f2") return half_value(load<uint16_t>(at));
    if (type == "f4") return load<float>(at);
    if (type == "f8") return load<double>(at);
    if (type == "i4") return load<int32_t>(at);
    if (type == "i8") return static_cast<double>(load<int64_t>(at));
    if (type == "u1" || type == "b1") return *at;
    throw std::runtime_error("found type " + type + ", expected numbers");
  }

  template <class T>
  std::vector<T> as() const {
    std::vector<T> values(count());
    for (size_t i = 0; i < values.size(); ++i) values[i] = static_cast<T>((*this)[i]);
    return values;
  }

  // The i-th text, of ASCII characters.
  std::string text(size_t i) const {
    if (type[0] != 'U') throw std::runtime_error("found type " + type + ", expected text");
    std::string out;
    for (size_t at = i * item_bytes(); at < (i + 1) * item_bytes() && bytes[at] != 0; at += 4) {
      out += static_cast<char>(bytes[at]);
    }
    return out;
  }

 private:
  template <class T>
  static T load(const unsigned char* at) {
    T value;
    std::memcpy(&value, at, sizeof value);
    return value;
  }
};

// The value of `key` in the header's Python dictionary, up to `end`, without quotes and parentheses.
inline std::string npy_field(const std::string& header, const std::string& key, char end) {
  const size_t at = header.find("'" + key + "':");
  const size_t begin = at == std::string::npos ? at : header.find_first_not_of(" '(", at + key.size() + 3);
  const size_t stop = begin == std::string::npos ? begin : header.find(end, begin);
  if (stop == std::string::npos) throw std::runtime_error("found no '" + key + "' in the header " + header);
  return header.substr(begin, stop - begin);
}

inline std::vector<int64_t> npy_shape(const std::string& header) {
  std::vector<int64_t> shape;
  std::istringstream numbers(npy_field(header, "shape", ')'));
  for (std::string number; std::getline(numbers, number, ',');) {
    if (number.find_first_not_of(' ') != std::string::npos) shape.push_back(std::stoll(number));
  }
  return shape;
}

// From the first axis running fastest to the last.
inline std::vector<unsigned char> to_c_order(const NpyArray& array) {
  const size_t item = array.item_bytes(), axes = array.shape.size();
  std::vector<unsigned char> out(array.bytes.size());
  std::vector<int64_t> index(axes, 0);
  for (size_t from = 0; from < out.size(); from += item) {
    size_t to = 0;
    for (size_t a = 0; a < axes; ++a) to = to * static_cast<size_t>(array.shape[a]) + static_cast<size_t>(index[a]);
    std::memcpy(out.data() + to * item, array.bytes.data() + from, item);
    for (size_t a = 0; a < axes && ++index[a] == array.shape[a]; ++a) index[a] = 0;
  }
  return out;
}

inline NpyArray parse_npy(const std::vector<unsigned char>& file) {
  const bool magic = file.size() >= 12 && std::memcmp(file.data(), "\x93NUMPY", 6) == 0;
  if (!magic) throw std::runtime_error("found no .npy file");
  // Format 1 has a header length of two bytes, formats 2 and 3 of four.
  size_t length = file[8] + 256u * file[9], begin = 10;
  if (file[6] > 1) {
    length += 65536u * file[10] + 16777216u * file[11];
    begin = 12;
  }
  if (file.size() < begin + length) throw std::runtime_error("the header ends beyond the file");
  const auto data = file.begin() + static_cast<std::ptrdiff_t>(begin + length);
  const std::string header(file.begin() + static_cast<std::ptrdiff_t>(begin), data);
  NpyArray array;
  const std::string type = npy_field(header, "descr", '\'');
  array.type = type.substr(1);
  const bool known = type.size() > 2 && type[0] != '>' && std::string("fiubU").find(type[1]) != std::string::npos;
  if (!known) throw std::runtime_error("found type " + type + ", expected little-endian numbers, booleans or text");
  array.shape = npy_shape(header);
  array.bytes.assign(data, file.end());
  size_t expected = array.item_bytes();
  for (const int64_t extent : array.shape) expected *= static_cast<size_t>(extent);
  if (array.bytes.size() != expected) {
    throw std::runtime_error("found " + std::to_string(array.bytes.size()) + " bytes of data, expected " +
                             std::to_string(expected));
  }
  if (npy_field(header, "fortran_order", ',') == "True") array.bytes = to_c_order(array);
  return array;
}

inline NpyArray read_npy(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::runtime_error("missing: " + path);
  const std::vector<unsigned char> file((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  try {
    return parse_npy(file);
  } catch (const std::exception& problem) {
    throw std::runtime_error(path + ": " + problem.what());
  }
}

}  // namespace assay_test

#endif
