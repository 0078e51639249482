#include "diffusion/Pickle.h"
#include "errors/Error.h"
#include "fuzz/TorchPickle.h"

#include <QTest>

using namespace drdm;
using drdmfuzz::pickledDict;
using drdmfuzz::pickledTensor;

namespace {

std::string times(std::size_t count, const std::string& text) {
    std::string all;
    for (std::size_t i = 0; i < count; ++i) {
        all += text;
    }
    return all;
}

/// A tensor of a storage of 16 numbers.
std::string shaped(const std::string& shape, const std::string& strides) {
    return pickledDict(pickledTensor("t", "0", 16, shape, strides));
}

}  // namespace

/// What `torch.save` pickles is read, and nothing else; what is damaged or hostile costs neither time nor memory.
class TestPickle : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aStateDictIsRead() {
        const auto tensors = unpickleStateDict(drdmfuzz::stateDictPickle());
        QCOMPARE(tensors.size(), std::size_t{2});
        const PickledTensor& a = tensors.at("a");
        QCOMPARE(a.storage, std::string("0"));
        QCOMPARE(a.storageType, std::string("torch FloatStorage"));
        QCOMPARE(a.storageCount, std::int64_t{16});
        QCOMPARE(a.sizes, std::vector<std::int64_t>({4, 4}));
        QCOMPARE(a.strides, std::vector<std::int64_t>({4, 1}));
        QCOMPARE(tensors.at("b").sizes, std::vector<std::int64_t>({3}));
        QCOMPARE(unpickleStateDict(shaped(")", ")")).at("t").sizes.size(), std::size_t{0});  // a single number
        QCOMPARE(unpickleStateDict(shaped("K\1K\1\x86", "K\20K\1\x86")).size(), std::size_t{1});
    }

    void nothingElseIs_data() {
        QTest::addColumn<QByteArray>("pickle");
        QTest::addColumn<QString>("said");
        const auto row = [](const char* name, const std::string& pickle, const char* said) {
            QTest::newRow(name) << QByteArray::fromStdString(pickle) << said;
        };
        row("empty", "", "ends early");
        row("no dictionary", "\x80\x02].", "does not hold a dictionary");
        row("a call",
            "\x80\x02"
            "cposix\nsystem\n)R.",
            "posix system");
        row("an unknown operation", "\x80\x02\x81.", "pickle operation 129");
        row("a list that holds itself", "\x80\x02]q" + std::string("\1h\1a."), "does not hold a dictionary");
        row("a dictionary that holds itself", pickledDict(drdmfuzz::pickledText("k") + "}q\1h\1" + "0"),
            "pickle operation 48");
        row("nested too deeply for a destructor that recurses", "\x80\x02)" + times(900'000, "\x85") + ".",
            "does not hold a dictionary");
        row("more objects than any model has", "\x80\x02" + times(1'000'001, ")") + ".", "more than 1000000 objects");
        row("names that grow",
            "\x80\x02"
            "X\xd0\x07" +
                std::string(2, '\0') + std::string(2000, 'a') + "q\1" + times(1000, "h\1h\1\x93") + ".",
            "a name of 4000 letters");
        row("beyond the storage", shaped("K\5K\4\x86", "K\4K\1\x86"), "does not fit its storage");
        row("beyond the storage by its strides", shaped("K\4K\4\x86", "K\5K\1\x86"), "reaches beyond its storage");
        row("one number told often", shaped("K\20K\20\x86", std::string("K\0K\0\x86", 5)), "does not fit its storage");
        row("a negative size", shaped("J\xff\xff\xff\xff\x85", "K\1\x85"), "does not fit its storage");
        row("shape and strides of different lengths", shaped("K\4K\4\x86", "K\1\x85"), "do not fit");
    }
    void nothingElseIs() {
        QFETCH(QByteArray, pickle);
        QFETCH(QString, said);
        try {
            unpickleStateDict({pickle.constData(), static_cast<std::size_t>(pickle.size())});
            QFAIL("it was read");
        } catch (const Error& error) {
            QVERIFY2(QString::fromUtf8(error.what()).contains(said), error.what());
        }
    }

    void everyCutIsRefused() {
        const std::string whole = drdmfuzz::stateDictPickle();
        for (std::size_t length = 0; length < whole.size(); ++length) {
            QVERIFY_EXCEPTION_THROWN(unpickleStateDict(std::string_view(whole).substr(0, length)), Error);
        }
    }
};

QTEST_GUILESS_MAIN(TestPickle)
#include "TestPickle.moc"
