#include "ui/ZipFile.h"

#include <QDateTime>

#include <array>

namespace drdm {

namespace {

std::uint32_t crc32(const QByteArray& bytes) {
    static const std::array<std::uint32_t, 256> table = [] {
        std::array<std::uint32_t, 256> made{};
        for (std::uint32_t i = 0; i < 256; ++i) {
            std::uint32_t c = i;
            for (int k = 0; k < 8; ++k) {
                c = (c & 1U) != 0 ? 0xEDB88320U ^ (c >> 1U) : c >> 1U;
            }
            made[i] = c;
        }
        return made;
    }();
    std::uint32_t c = 0xFFFFFFFFU;
    for (const char byte : bytes) {
        c = table[(c ^ static_cast<unsigned char>(byte)) & 0xFFU] ^ (c >> 8U);
    }
    return c ^ 0xFFFFFFFFU;
}

void put(QByteArray& to, std::uint32_t value, int bytes) {
    for (int i = 0; i < bytes; ++i) {
        to.append(static_cast<char>((value >> (8U * static_cast<unsigned>(i))) & 0xFFU));
    }
}

}  // namespace

QByteArray zipped(const std::vector<std::pair<QString, QByteArray>>& files) {
    const QDateTime now = QDateTime::currentDateTime();
    const auto time =
        static_cast<std::uint32_t>((now.time().hour() << 11) | (now.time().minute() << 5) | (now.time().second() / 2));
    const auto date =
        static_cast<std::uint32_t>(((now.date().year() - 1980) << 9) | (now.date().month() << 5) | now.date().day());
    QByteArray all, directory;
    for (const auto& [name, content] : files) {
        const QByteArray utf8 = name.toUtf8();
        const auto offset = static_cast<std::uint32_t>(all.size());
        const auto size = static_cast<std::uint32_t>(content.size());
        QByteArray common;  // what both headers say: version, UTF-8 names, stored, time, checksum, sizes
        put(common, 20, 2);
        put(common, 0x0800, 2);
        put(common, 0, 2);
        put(common, time, 2);
        put(common, date, 2);
        put(common, crc32(content), 4);
        put(common, size, 4);
        put(common, size, 4);
        put(common, static_cast<std::uint32_t>(utf8.size()), 2);
        put(common, 0, 2);
        put(all, 0x04034b50U, 4);
        all += common + utf8 + content;
        put(directory, 0x02014b50U, 4);
        put(directory, 20, 2);
        directory += common;
        put(directory, 0, 2);  // comment
        put(directory, 0, 2);  // disk
        put(directory, 0, 2);  // inner attributes
        put(directory, 0, 4);  // outer attributes
        put(directory, offset, 4);
        directory += utf8;
    }
    const auto start = static_cast<std::uint32_t>(all.size());
    const auto count = static_cast<std::uint32_t>(files.size());
    all += directory;
    put(all, 0x06054b50U, 4);
    put(all, 0, 4);
    put(all, count, 2);
    put(all, count, 2);
    put(all, static_cast<std::uint32_t>(directory.size()), 4);
    put(all, start, 4);
    put(all, 0, 2);
    return all;
}

}  // namespace drdm
