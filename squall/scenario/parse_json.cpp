#include <algorithm>
#include <cstddef>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

#include "squall/scenario/document_builder.hpp"
#include "squall/scenario/document_text.hpp"
#include "squall/scenario/load.hpp"

namespace squall::scenario {
namespace {

/// Counts lines as the lexer reads. The character read last is not counted yet: to end a number
/// the lexer has to read one character more, which may be the end of its line.
struct LineCount {
  int line = 1;
  bool newline_read = false;
};

class CountingIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  CountingIterator(const char* at, LineCount* count) : at_(at), count_(count) {}
  reference operator*() const { return *at_; }
  CountingIterator& operator++() {
    count_->line += count_->newline_read ? 1 : 0;
    count_->newline_read = *at_ == '\n';
    ++at_;
    return *this;
  }
  CountingIterator operator++(int) {
    CountingIterator old = *this;
    ++*this;
    return old;
  }
  friend bool operator==(const CountingIterator& a, const CountingIterator& b) {
    return a.at_ == b.at_;
  }

 private:
  const char* at_;
  LineCount* count_;
};

using Json = nlohmann::json;

/// What the library calls for each piece of JSON; its member names are not ours to choose.
class Handler {
 public:
  Handler(DocumentBuilder& builder, const LineCount& count) : builder_(builder), count_(count) {}

  bool null() { return builder_.null(count_.line); }
  bool boolean(bool value) { return builder_.scalar(value ? "true" : "false", false, count_.line); }
  bool number_integer(Json::number_integer_t value) {
    return builder_.scalar(std::to_string(value), false, count_.line);
  }
  bool number_unsigned(Json::number_unsigned_t value) {
    return builder_.scalar(std::to_string(value), false, count_.line);
  }
  bool number_float(Json::number_float_t /*value*/, const Json::string_t& text) {
    return builder_.scalar(text, false, count_.line);
  }
  bool string(Json::string_t& value) {
    return builder_.scalar(std::move(value), true, count_.line);
  }
  bool binary(Json::binary_t& /*value*/) {
    return builder_.fail_at(count_.line, "holds binary data");
  }
  bool start_object(std::size_t /*size*/) { return builder_.start(Node::Kind::map, count_.line); }
  bool key(Json::string_t& value) { return builder_.key(std::move(value), count_.line); }
  bool end_object() { return builder_.end(); }
  bool start_array(std::size_t /*size*/) { return builder_.start(Node::Kind::list, count_.line); }
  bool end_array() { return builder_.end(); }
  bool parse_error(std::size_t /*position*/, const std::string& /*token*/,
                   const Json::exception& why) {
    // "[json.exception...] parse error at line 1, column 3: syntax error while parsing ..."
    std::string_view text = why.what();
    if (const std::size_t column = text.find("column "); column != text.npos) {
      text.remove_prefix(std::min(text.size(), text.find(": ", column) + 2));
    } else if (const std::size_t bracket = text.find("] "); bracket != text.npos) {
      text.remove_prefix(bracket + 2);
    }
    constexpr std::string_view prefix = "syntax error ";
    if (text.starts_with(prefix)) text.remove_prefix(prefix.size());
    return builder_.fail_at(count_.line, "is not JSON: " + std::string(text));
  }

 private:
  DocumentBuilder& builder_;
  const LineCount& count_;
};

}  // namespace

Result<Node> parse_json(std::string_view text, const std::string& file) {
  if (std::optional<Error> error = check_text(text, file)) return fail(std::move(*error));
  DocumentBuilder builder(file);
  LineCount count;
  Handler handler(builder, count);
  const char* const begin = text.data();
  const char* const end = begin + text.size();
  if (!Json::sax_parse(CountingIterator(begin, &count), CountingIterator(end, &count), &handler)) {
    return fail(builder.error());
  }
  return std::move(builder).take();
}

}  // namespace squall::scenario
