#include "squall/scenario/import/text_edit.hpp"

#include <algorithm>

#include "squall/scenario/load.hpp"
#include "squall/scenario/node_making.hpp"

namespace squall::scenario {
namespace {

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::size_t indent_of(std::string_view line) {
  return std::min(line.find_first_not_of(' '), line.size());
}

/// Indents each line; empty ones stay so.
std::string indented(std::string_view text, std::size_t by) {
  std::string out;
  for (const std::string& line : lines_of(text)) {
    if (!out.empty()) out += '\n';
    out += line.empty() ? line : std::string(by, ' ') + line;
  }
  return out;
}

std::string word(const std::string& text) {
  std::string written = to_yaml(text_node(text));
  written.pop_back();
  return written;
}

/// The line with `policy: old` naming another policy; nothing where it has none, or several.
bool rename_policy(std::string& line, const std::string& name) {
  constexpr std::string_view key = "policy: ";
  const std::size_t at = line.find(key);
  if (at == line.npos || line.find(key, at + 1) != line.npos) return false;
  const std::size_t begin = at + key.size();
  const std::size_t end = std::min(line.find_first_of(",} #\r", begin), line.size());
  line.replace(begin, end - begin, word(name));
  return true;
}

/// Where `to: bank` stands, as the whole of an entry.
std::size_t find_entry(std::string_view line, std::string_view entry, std::size_t begin) {
  constexpr std::string_view ends = ",} #\r";
  for (std::size_t at = line.find(entry, begin); at != line.npos; at = line.find(entry, at + 1)) {
    const std::size_t end = at + entry.size();
    if (end == line.size() || ends.find(line[end]) != ends.npos) return at;
  }
  return line.npos;
}

/// Names the policy at a call whose target stands on this line, at column `behind` or later; that
/// is behind the target then.
/// @param carriage  what ends a new line before its '\n'.
bool name_policy(std::vector<std::string>& lines, std::size_t at, std::string_view target,
                 const std::string& name, std::string_view carriage, std::size_t& behind) {
  std::string& line = lines[at];
  for (const char* key : {"to: ", "publish: "}) {
    const std::string entry = key + std::string(target);
    const std::size_t found = find_entry(line, entry, behind);
    if (found == line.npos) continue;
    const std::size_t end = found + entry.size();
    behind = end;
    const bool in_braces = line.rfind('{', found) != line.npos;
    if (in_braces) {
      // A call of its own on this line, or one of several: up to its closing brace.
      const std::size_t close = line.find('}', end);
      std::string own = line.substr(found, close == line.npos ? close : close - found);
      if (own.find("policy: ") != own.npos) {
        const std::size_t length = own.size();
        if (!rename_policy(own, name)) return false;
        line.replace(found, length, own);
      } else {
        line.insert(end, ", policy: " + word(name));
      }
      return true;
    }
    const std::size_t column = found;
    // In block style the policy, if there is one, stands on a line of the same column nearby.
    for (std::size_t i = at + 1; i < lines.size() && indent_of(lines[i]) >= column; ++i) {
      if (indent_of(lines[i]) == column && lines[i].substr(column).starts_with("policy:")) {
        return rename_policy(lines[i], name);
      }
    }
    for (std::size_t i = at; i > 0 && indent_of(lines[i - 1]) >= column; --i) {
      std::string& before = lines[i - 1];
      if (indent_of(before) == column && before.substr(column).starts_with("policy:")) {
        return rename_policy(before, name);
      }
    }
    lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(at) + 1,
                 std::string(column, ' ') + "policy: " + word(name) + std::string(carriage));
    return true;
  }
  return false;
}

/// `\n` or `\r\n`, as the first line has it.
std::string_view line_end_of(std::string_view text) {
  const std::size_t first = text.find('\n');
  return first != text.npos && first > 0 && text[first - 1] == '\r' ? "\r\n" : "\n";
}

/// Of a text whose lines end with `\n`.
std::string ended_with(std::string_view text, std::string_view end) {
  std::string out;
  for (const char c : text) {
    if (c == '\n') {
      out += end;
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace

std::string with_line_ends_of(std::string_view text, std::string_view model) {
  return ended_with(text, line_end_of(model));
}

std::optional<std::string> edited_text(const Node& document, std::string_view text,
                                       const std::vector<int>& call_lines, std::string_view target,
                                       const std::string& block, const std::string& name) {
  // What the author wrote keeps its line ends, be they mixed; what is added has that of the first.
  std::vector<std::string> lines = lines_of(text);
  const std::string_view end = line_end_of(text);
  const std::string carriage(end.substr(0, end.size() - 1));
  if (!text.empty() && !text.ends_with('\n')) lines.back() += carriage;
  const auto added = [&](const std::string& lf) { return ended_with(lf, end) + carriage; };
  // From the end, so that the lines before keep their numbers.
  struct Edit {
    int line;
    bool is_call;
  };
  std::vector<Edit> edits;
  edits.reserve(call_lines.size() + 1);
  for (const int line : call_lines) edits.push_back({line, true});
  const auto section =
      std::find_if(document.members.begin(), document.members.end(),
                   [](const Node::Member& member) { return member.key == "policies"; });
  const bool has_section = section != document.members.end();
  const auto workloads =
      std::find_if(document.members.begin(), document.members.end(),
                   [](const Node::Member& member) { return member.key == "workloads"; });
  if (!has_section && workloads == document.members.end()) return std::nullopt;
  edits.push_back({has_section ? section->line : workloads->line, false});
  std::sort(edits.begin(), edits.end(),
            [](const Edit& a, const Edit& b) { return a.line > b.line; });
  int last_line = 0;
  std::size_t behind = 0;
  for (const Edit& edit : edits) {
    if (edit.line != last_line) behind = 0;
    last_line = edit.line;
    if (edit.line < 1 || static_cast<std::size_t>(edit.line) > lines.size()) return std::nullopt;
    const auto at = static_cast<std::size_t>(edit.line) - 1;
    if (edit.is_call) {
      if (!name_policy(lines, at, target, name, carriage, behind)) return std::nullopt;
      continue;
    }
    if (!has_section) {
      lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(at),
                   added("policies:\n" + indented(block, 2) + '\n'));
      continue;
    }
    const Node& policies = section->value;
    if (policies.members.empty() || policies.members.front().line <= edit.line) return std::nullopt;
    const auto first = static_cast<std::size_t>(policies.members.front().line) - 1;
    if (first >= lines.size()) return std::nullopt;
    lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(at) + 1,
                 added(indented(block, indent_of(lines[first]))));
  }
  std::string out;
  for (const std::string& line : lines) out += line + '\n';
  return out;
}

}  // namespace squall::scenario
