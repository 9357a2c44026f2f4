#include "cli/site.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

#include <fmt/format.h>

namespace squall::cli {
namespace {

/// The page and its worker may compile the engine and fetch from here, and that is all.
constexpr std::string_view policy_of_pages =
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; "
    "connect-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
constexpr std::string_view policy_of_all_else = "default-src 'none'; frame-ancestors 'none'";

std::string_view reason_of(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 304:
      return "Not Modified";
    case 400:
      return "Bad Request";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 414:
      return "URI Too Long";
    case 421:
      return "Misdirected Request";
    case 431:
      return "Request Header Fields Too Large";
    case 505:
      return "HTTP Version Not Supported";
    default:
      return "Error";
  }
}

/// Says nothing of what was asked for, so there is nothing in it to escape.
std::string_view page_of(int status) {
  if (status == 404) {
    return "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Not found</title>"
           "<h1>There is nothing here</h1><p>The playground is at <a "
           "href=\"/\">/</a>.</p></html>\n";
  }
  if (status == 421) {
    return "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Another host</title>"
           "<h1>This address leads elsewhere</h1><p>Open the address that squall serve "
           "printed.</p></html>\n";
  }
  return "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Refused</title>"
         "<h1>This request is refused</h1><p>squall serve answers GET and HEAD.</p></html>\n";
}

std::string head_of(int status, std::string_view media_type, std::size_t bytes,
                    std::string_view policy, bool keeps_open) {
  return fmt::format(
      "HTTP/1.1 {} {}\r\n"
      "Content-Type: {}\r\n"
      "Content-Length: {}\r\n"
      "Content-Security-Policy: {}\r\n"
      "X-Content-Type-Options: nosniff\r\n"
      "Referrer-Policy: no-referrer\r\n"
      "Cross-Origin-Opener-Policy: same-origin\r\n"
      "Cross-Origin-Embedder-Policy: require-corp\r\n"
      "Cross-Origin-Resource-Policy: same-origin\r\n"
      "Permissions-Policy: camera=(), geolocation=(), microphone=()\r\n"
      "Connection: {}\r\n",
      status, reason_of(status), media_type, bytes, policy, keeps_open ? "keep-alive" : "close");
}

/// FNV-1a, 64 bits: tells versions of a file apart, and guards nothing.
std::string etag_of(std::string_view bytes) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  return fmt::format("\"{:x}-{:016x}\"", bytes.size(), hash);
}

HttpAnswer refusal_to(int status, bool is_head, bool keeps_open) {
  HttpAnswer answer{
      .status = status, .head = {}, .body = page_of(status), .keeps_open = keeps_open};
  answer.head = head_of(status, "text/html; charset=utf-8", answer.body.size(), policy_of_all_else,
                        keeps_open);
  if (status == 405) answer.head += "Allow: GET, HEAD\r\n";
  answer.head += "Cache-Control: no-store\r\n\r\n";
  if (is_head) answer.body = {};
  return answer;
}

}  // namespace

Site::Site(AcceptsHost accepts_host) : accepts_host_(std::move(accepts_host)) {
  for (const WebAsset& asset : web_assets()) {
    if (!asset.path.starts_with(playground_folder)) continue;
    const std::string path = '/' + std::string(asset.path.substr(playground_folder.size()));
    pages_.insert_or_assign(path, Page{&asset, etag_of(asset.bytes)});
    if (path == "/index.html") pages_.insert_or_assign("/", pages_.at(path));
  }
}

HttpAnswer Site::refusal(int status) { return refusal_to(status, false, false); }

HttpAnswer Site::answer(const HttpRequest& request) const {
  const bool is_head = request.method == "HEAD";
  if (!is_head && request.method != "GET") return refusal_to(405, false, false);
  if (accepts_host_ && !accepts_host_(host_name_of(request.host))) {
    return refusal_to(421, is_head, request.keeps_open);
  }
  const auto found = pages_.find(request.path);
  if (found == pages_.end()) return refusal_to(404, is_head, request.keeps_open);
  const auto& [asset, etag] = found->second;
  const std::string_view media_type = asset->media_type;
  const bool is_page =
      media_type.starts_with("text/html") || media_type.starts_with("text/javascript");
  const bool is_known = request.if_none_match == etag;
  HttpAnswer answer{.status = is_known ? 304 : 200,
                    .head = {},
                    .body = is_known || is_head ? std::string_view() : asset->bytes,
                    .keeps_open = request.keeps_open};
  answer.head = head_of(answer.status, media_type, asset->bytes.size(),
                        is_page ? policy_of_pages : policy_of_all_else, request.keeps_open);
  // Kept, but asked for again: the next version of the command has the same addresses.
  answer.head += fmt::format("Cache-Control: no-cache\r\nETag: {}\r\n\r\n", etag);
  return answer;
}

std::string host_name_of(std::string_view field) {
  const std::size_t bracket = field.find(']');
  const std::size_t colon = field.find(':', bracket == field.npos ? 0 : bracket);
  std::string name(field.substr(0, colon));
  std::ranges::transform(name, name.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return name;
}

}  // namespace squall::cli
