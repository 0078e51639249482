"""The few numbers of a NIfTI-1 header that the checks here compare; nothing but Python itself."""
import gzip
import struct


def header(path):
    with gzip.open(path, "rb") as file:
        raw = file.read(352)
    assert struct.unpack("<i", raw[:4])[0] == 348, path
    dim = struct.unpack("<8h", raw[40:56])
    return {
        "size": dim[1:1 + dim[0]],
        "datatype": struct.unpack("<h", raw[70:72])[0],
        "spacing": struct.unpack("<8f", raw[76:108])[1:1 + dim[0]],
        "affine": struct.unpack("<12f", raw[280:328]),
    }


def labels(path):
    """The values of an 8-bit label map."""
    with gzip.open(path, "rb") as file:
        raw = file.read()
    assert struct.unpack("<h", raw[70:72])[0] == 2, path
    offset = int(struct.unpack("<f", raw[108:112])[0])
    return set(raw[offset:])
