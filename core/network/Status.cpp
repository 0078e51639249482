#include "network/Status.h"

#include "errors/Error.h"

#include <array>
#include <cstdio>

namespace drdm {

std::string statusInWords(std::uint16_t status) {
    std::array<char, 16> number{};
    std::snprintf(number.data(), number.size(), " (status %04X)", status);
    const auto with = [&](const char* words) { return words + std::string(number.data()); };
    switch (status) {
        case 0xA700:
            return with("its disk or memory is full");
        case 0xA701:
        case 0xA702:
            return with(
                "it could not send the images; check the port for C-MOVE and that the server may connect to it");
        case 0xA801:
            return with("it does not know where to send; have our AE title entered there with our address and port");
        case 0x0122:
            return with("it does not serve this kind of object");
        case 0x0124:
            return with("it does not allow this; ask its administrator");
        case 0xFE00:
            return with("it was cancelled");
        case 0xB000:
            return with("it changed values to fit");
        case 0xB006:
        case 0xB007:
            return with("it found attributes that do not fit the kind of object");
        default:
            break;
    }
    if ((status & 0xFF00U) == 0xA900U) {
        return with("what was sent does not fit what was announced");
    }
    if ((status & 0xFF00U) == 0xA700U) {
        return with("its disk or memory is full");
    }
    if ((status & 0xF000U) == 0xC000U) {
        return with("it could not process the request; its log says more");
    }
    return with("it answered with an error; its log says more");
}

void requireSuccess(std::uint16_t status, const DicomServer& server, const std::string& what) {
    if (status != 0) {
        throw Error(what + " failed on the DICOM server " + describe(server) + ": " + statusInWords(status));
    }
}

void requireRetrieved(std::uint16_t status, int failed, const DicomServer& server, const std::string& what) {
    if (failed > 0) {
        throw Error(what + " failed on the DICOM server " + describe(server) + ": " + std::to_string(failed) +
                    " objects could not be sent; nothing was kept; take images as they are stored too (an option of "
                    "the server), or fetch single series");
    }
    requireSuccess(status, server, what);
}

}  // namespace drdm
