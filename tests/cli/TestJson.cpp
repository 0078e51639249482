#include "errors/Error.h"
#include "parameters/Json.h"

#include <QTest>

#include <cmath>
#include <limits>

using drdm::Error;
using drdm::Json;

namespace {

std::string failure(const std::string& text) {
    try {
        (void)Json::parse(text);
    } catch (const Error& error) {
        return error.what();
    }
    return {};
}

}  // namespace

class TestJson : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void readsEveryKind() {
        const Json json = Json::parse(R"( {"a":[1,-2.5,true,false,null,"x"],"b":{},"c":[],"d":1e3} )");
        QCOMPARE(json.at("a").items().size(), std::size_t{6});
        QCOMPARE(json.at("a").items()[0].integer(), 1LL);
        QCOMPARE(json.at("a").items()[1].number(), -2.5);
        QCOMPARE(json.at("a").items()[2].boolean(), true);
        QVERIFY(json.at("a").items()[4].isNull());
        QCOMPARE(json.at("d").integer(), 1000LL);
        QVERIFY(json.find("nothing") == nullptr);
        QCOMPARE(json.dump(), std::string(R"({"a":[1,-2.5,true,false,null,"x"],"b":{},"c":[],"d":1000.0})"));
    }

    void numbersSurviveExactly() {
        for (const double value : {0.1, 1.0 / 3, 5e-324, 1.7976931348623157e308, -0.0, 9007199254740993.0, 64.0}) {
            const double again = Json::parse(Json(value).dump()).number();
            QCOMPARE(std::signbit(again), std::signbit(value));
            QVERIFY(again == value);
        }
        for (const long long value : {std::numeric_limits<long long>::min(), std::numeric_limits<long long>::max()}) {
            QCOMPARE(Json::parse(Json(value).dump()).integer(), value);
        }
        QCOMPARE(Json(std::numeric_limits<double>::quiet_NaN()).dump(), std::string("null"));
        QCOMPARE(Json(std::numeric_limits<double>::infinity()).dump(), std::string("null"));
    }

    void textSurvives() {
        const std::string text = "quote \" back \\ line\n tab\t bell\x07 Größe 心 \xF0\x9F\x98\x80";
        QCOMPARE(Json::parse(Json(text).dump()).string(), text);
        QCOMPARE(Json::parse("\"\\u00e9\\ud83d\\ude00\\/\"").string(), std::string("\xC3\xA9\xF0\x9F\x98\x80/"));
    }

    void brokenUtf8IsReplaced() {
        // A lone continuation byte, an overlong slash, half of a surrogate pair, a sequence that is cut off.
        for (const std::string bad : {"a\x80z", "a\xC0\xAFz", "a\xED\xA0\x80z", "az\xE2\x82"}) {
            const std::string text = Json(bad).dump();
            QVERIFY(!QString::fromUtf8(text.c_str()).isEmpty());
            QVERIFY(text.find("\xEF\xBF\xBD") != std::string::npos);
            QCOMPARE(Json::parse(text).string().front(), 'a');
        }
    }

    void orderIsKeptAndSetReplaces() {
        Json json = Json::object();
        json.set("z", 1).set("a", 2).set("z", 3);
        QCOMPARE(json.dump(), std::string(R"({"z":3,"a":2})"));
        QCOMPARE(json.dump(2), std::string("{\n  \"z\": 3,\n  \"a\": 2\n}"));
    }

    void errorsSayWhere() {
        QCOMPARE(failure("{\n  \"a\": tru\n}"), std::string("JSON, line 2, column 8: expected a value"));
        QVERIFY(failure("[1, 2").find("expected ',' or ']'") != std::string::npos);
        QVERIFY(failure("[1] x").find("text after the end") != std::string::npos);
        QVERIFY(failure("\"abc").find("does not end") != std::string::npos);
        QVERIFY(failure("{\"a\":1,\"a\":2}").find("two entries have the name \"a\"") != std::string::npos);
        for (const char* text : {"", "01", "1.", ".5", "+1", "NaN", "[1,]", "{,}", "{1:2}", "\"\\x\"", "\"\\ud800\"",
                                 "\"\\u12\"", "'a'", "1e999", "\"\x01\""}) {
            QVERIFY2(!failure(text).empty(), text);
        }
    }

    void depthIsLimited() {
        QVERIFY(failure(std::string(64, '[') + std::string(64, ']')).empty());
        QVERIFY(failure(std::string(66, '[') + std::string(66, ']')).find("nested deeper than 64") !=
                std::string::npos);
        QVERIFY(!failure(std::string(10'000'000, '[')).empty());
    }

    void typesAreChecked() {
        const Json json = Json::parse(R"({"a":"text","b":1.5})");
        QVERIFY_THROWS_EXCEPTION(Error, (void)json.at("a").number());
        QVERIFY_THROWS_EXCEPTION(Error, (void)json.at("b").integer());
        QVERIFY_THROWS_EXCEPTION(Error, (void)json.at("b").string());
        QVERIFY_THROWS_EXCEPTION(Error, (void)json.at("c"));
        QVERIFY_THROWS_EXCEPTION(Error, (void)json.items());
    }
};

QTEST_GUILESS_MAIN(TestJson)
#include "TestJson.moc"
