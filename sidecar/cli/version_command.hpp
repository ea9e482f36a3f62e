// `signpost version`.
#pragma once

#include <string>

namespace signpost::cli {

/// "signpost 0.1.0 (4f2a91c)"; with `build` also what it was built with. Ends with a newline.
std::string version_text(bool build);

/// For the status: "" if the source was no checkout.
const char* program_version();
const char* program_revision();

}  // namespace signpost::cli
