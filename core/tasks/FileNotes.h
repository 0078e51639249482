#pragma once

#include <string>

namespace drdm {

/// Where pictures and films keep the record of their making (JSON, UTF-8): PNG in a text chunk of this keyword, GIF in
/// a comment extension that begins with '{', MP4 (for which our encoder can write no tags) in a file beside it.
inline constexpr const char* noteKeyword = "drdm-provenance";

/// The same PNG with the note as an iTXt chunk after its header. \throws Error if `png` is none
std::string withPngNote(const std::string& png, const std::string& note);

/// What these hold; empty if no note of ours. Sizes are checked before memory is taken. \throws Error: unreadable, cut
std::string readPngNote(const std::string& path);
std::string readGifNote(const std::string& path);

/// "NAME.mp4.json", beside the film.
std::string filmNotePath(const std::string& film);
/// Writes the note beside a finished film, with the film's SHA-256, so that it cannot be taken for another's. Atomic.
/// \throws Error
void writeFilmNote(const std::string& film, const std::string& note);
/// Empty if there is no file beside the film. \throws Error if it is of another film, or damaged
std::string readFilmNote(const std::string& film);

}  // namespace drdm
