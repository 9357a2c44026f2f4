#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "cli/http_request.hpp"
#include "cli/web_assets.hpp"

namespace squall::cli {

/// An answer: the whole head, and the body, which outlives it.
struct HttpAnswer {
  int status = 200;
  std::string head;
  std::string_view body;  ///< empty for HEAD and 304
  bool keeps_open = true;
};

/// The playground as a web site. What it can answer with is fixed when it is made: files that are
/// part of the command, looked up by their whole name. There is no way from a request to a disk.
class Site {
 public:
  /// Whether a request may name this host, port left out: it guards against pages of others whose
  /// name was made to lead here (DNS rebinding).
  using AcceptsHost = std::function<bool(std::string_view host)>;

  /// @param accepts_host  empty: every one
  explicit Site(AcceptsHost accepts_host);

  [[nodiscard]] HttpAnswer answer(const HttpRequest& request) const;
  /// To what is no request that can be answered; ends the connection.
  [[nodiscard]] static HttpAnswer refusal(int status);

 private:
  struct Page {
    const WebAsset* asset;
    std::string etag;
  };
  AcceptsHost accepts_host_;
  std::map<std::string, Page, std::less<>> pages_;  ///< by path, as in "/assets/main.js"
};

/// Of a field Host: without the port, in small letters; "[::1]" stays as it is.
[[nodiscard]] std::string host_name_of(std::string_view field);

/// The assets of the playground, and what each is called on the site.
inline constexpr std::string_view playground_folder = "playground/";

}  // namespace squall::cli
