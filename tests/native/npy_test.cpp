// The reader of .npy files: types, both orders of axes, and files that are none.
#include "../cases/npy.h"

#include "check.h"

namespace assay_test {
namespace {

std::vector<unsigned char> npy(const std::string& dictionary, const std::vector<unsigned char>& data, int version = 1) {
  std::vector<unsigned char> file = {0x93, 'N', 'U', 'M', 'P', 'Y', static_cast<unsigned char>(version), 0};
  for (int byte = 0; byte < (version == 1 ? 2 : 4); ++byte) {
    file.push_back(static_cast<unsigned char>(dictionary.size() >> (8 * byte)));
  }
  file.insert(file.end(), dictionary.begin(), dictionary.end());
  file.insert(file.end(), data.begin(), data.end());
  return file;
}

std::string dictionary(const std::string& type, const std::string& order, const std::string& shape) {
  return "{'descr': '" + type + "', 'fortran_order': " + order + ", 'shape': " + shape + ", }      \n";
}

template <class T>
std::vector<unsigned char> bytes_of(const std::vector<T>& values) {
  std::vector<unsigned char> bytes(values.size() * sizeof(T));
  std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

void check_types() {
  const auto half = parse_npy(npy(dictionary("<f2", "False", "(2,)"), bytes_of(std::vector<uint16_t>{0x3e00, 0xc000})));
  CHECK_EQ(half[0], 1.5);
  CHECK_EQ(half[1], -2.0);
  CHECK_EQ(parse_npy(npy(dictionary("<f4", "False", "()"), bytes_of(std::vector<float>{0.25f})))[0], 0.25);
  CHECK_EQ(parse_npy(npy(dictionary("<f8", "False", "()"), bytes_of(std::vector<double>{1e300}), 2))[0], 1e300);
  CHECK_EQ(parse_npy(npy(dictionary("<i4", "False", "(1,)"), bytes_of(std::vector<int32_t>{-7})))[0], -7.0);
  CHECK_EQ(parse_npy(npy(dictionary("<i8", "False", "(1,)"), bytes_of(std::vector<int64_t>{-7})))[0], -7.0);
  CHECK_EQ(parse_npy(npy(dictionary("|u1", "False", "(1,)"), {200}))[0], 200.0);
  CHECK_EQ(parse_npy(npy(dictionary("|b1", "False", "(1,)"), {1}))[0], 1.0);
  const auto text =
      parse_npy(npy(dictionary("<U3", "False", "(2,)"), bytes_of(std::vector<char32_t>{U'A', 0, 0, U'B', U'C', U'D'})));
  CHECK_EQ(text.text(0), "A");
  CHECK_EQ(text.text(1), "BCD");
  CHECK_EQ(parse_npy(npy(dictionary("<f4", "False", "(0, 3)"), {})).count(), 0u);
}

void check_orders() {
  const auto rows = parse_npy(npy(dictionary("|u1", "False", "(2, 3)"), {0, 1, 2, 10, 11, 12}));
  CHECK((rows.shape == std::vector<int64_t>{2, 3}));
  CHECK((rows.as<int>() == std::vector<int>{0, 1, 2, 10, 11, 12}));
  const auto columns = parse_npy(npy(dictionary("|u1", "True", "(2, 3)"), {0, 10, 1, 11, 2, 12}));
  CHECK((columns.as<int>() == std::vector<int>{0, 1, 2, 10, 11, 12}));
  std::vector<unsigned char> deep(24), expected(24);
  for (unsigned char i = 0; i < 24; ++i) {
    const int x = i % 4, y = i / 4 % 3, z = i / 12;
    expected[i] = i;
    deep[static_cast<size_t>(z + 2 * y + 6 * x)] = i;
  }
  CHECK(parse_npy(npy(dictionary("|u1", "True", "(2, 3, 4)"), deep)).bytes == expected);
}

std::string problem(const std::vector<unsigned char>& file) {
  try {
    parse_npy(file);
  } catch (const std::exception& error) {
    return error.what();
  }
  return "none";
}

void check_bad_files() {
  CHECK_TEXT(problem({}), "no .npy file");
  CHECK_TEXT(problem(npy(dictionary("<f4", "False", "(3,)"), {0, 0, 0, 0})), "4 bytes of data, expected 12");
  CHECK_TEXT(problem(npy(dictionary(">f4", "False", "(1,)"), {0, 0, 0, 0})), "expected little-endian");
  CHECK_TEXT(problem(npy("{'descr': '<f4', 'shape': (1,), }", {0, 0, 0, 0})), "'fortran_order'");
  auto cut = npy(dictionary("<f4", "False", "(1,)"), {});
  cut.resize(20);
  CHECK_TEXT(problem(cut), "beyond the file");
}

}  // namespace
}  // namespace assay_test

int main() {
  assay_test::check_types();
  assay_test::check_orders();
  assay_test::check_bad_files();
  return assay_test::finish();
}
