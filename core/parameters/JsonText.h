#pragma once

#include "parameters/Json.h"

#include <string>

namespace drdm {

/// RFC 8259 text to value and back; what Json::parse and Json::dump do. Text is UTF-8; bytes that are not are written
/// as U+FFFD, so that the output is always valid. Two entries of one name in an object are an error.
Json parseJsonText(const std::string& text);
void writeJsonText(const Json& value, int indent, std::string& out);

}  // namespace drdm
