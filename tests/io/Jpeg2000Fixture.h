#pragma once

#include <QByteArray>

#include <cstring>
#include <functional>
#include <openjpeg.h>

/// A lossless JPEG 2000 codestream of one grey picture, as a scanner's software would write it.
inline QByteArray jpeg2000(int columns, int rows, int bits, bool isSigned, const std::function<int(int, int)>& value) {
    opj_image_cmptparm_t component{};
    component.dx = component.dy = 1;
    component.w = static_cast<OPJ_UINT32>(columns);
    component.h = static_cast<OPJ_UINT32>(rows);
    component.prec = static_cast<OPJ_UINT32>(bits);
    component.sgnd = isSigned ? 1 : 0;
    opj_image_t* image = opj_image_create(1, &component, OPJ_CLRSPC_GRAY);
    image->x1 = component.w;
    image->y1 = component.h;
    for (int y = 0; y < rows; ++y) {
        for (int x = 0; x < columns; ++x) {
            image->comps[0].data[y * columns + x] = value(x, y);
        }
    }
    opj_cparameters_t parameters;
    opj_set_default_encoder_parameters(&parameters);
    parameters.tcp_numlayers = 1;
    parameters.cp_disto_alloc = 1;
    parameters.numresolution = 3;
    opj_codec_t* codec = opj_create_compress(OPJ_CODEC_J2K);
    QByteArray bytes;
    opj_stream_t* stream = opj_stream_create(1 << 16, OPJ_FALSE);
    // What is written may be gone back into (lengths of parts): the place is kept beside the bytes.
    struct Sink {
        QByteArray* bytes;
        qsizetype at = 0;
    } sink{&bytes};
    opj_stream_set_user_data(stream, &sink, nullptr);
    opj_stream_set_write_function(stream, [](void* data, OPJ_SIZE_T count, void* user) {
        auto* to = static_cast<Sink*>(user);
        const auto size = static_cast<qsizetype>(count);
        if (to->at + size > to->bytes->size()) {
            to->bytes->resize(to->at + size);
        }
        std::memcpy(to->bytes->data() + to->at, data, count);
        to->at += size;
        return count;
    });
    opj_stream_set_seek_function(stream, [](OPJ_OFF_T place, void* user) -> OPJ_BOOL {
        static_cast<Sink*>(user)->at = static_cast<qsizetype>(place);
        return OPJ_TRUE;
    });
    opj_stream_set_skip_function(stream, [](OPJ_OFF_T count, void* user) -> OPJ_OFF_T {
        static_cast<Sink*>(user)->at += static_cast<qsizetype>(count);
        return count;
    });
    const bool good = opj_setup_encoder(codec, &parameters, image) != 0 &&
                      opj_start_compress(codec, image, stream) != 0 && opj_encode(codec, stream) != 0 &&
                      opj_end_compress(codec, stream) != 0;
    opj_stream_destroy(stream);
    opj_destroy_codec(codec);
    opj_image_destroy(image);
    if (!good) {
        qFatal("cannot make a JPEG 2000 stream");
    }
    return bytes;
}
