#include "errors/Error.h"
#include "parameters/Augmentation.h"

#include <QTest>

#include <set>

using namespace drdm;

namespace {

std::string refusal(const std::string& name, const std::string& text) {
    ParameterValues values(samplingParameters());
    try {
        values.setFromText(name, text);
    } catch (const Error& error) {
        return error.what();
    }
    return {};
}

}  // namespace

class TestRegistry : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyParameterIsComplete() {
        for (const ParameterSet* set :
             {&samplingParameters(), &trainingParameters(), &phantomParameters(), &augmentationParameters()}) {
            std::set<std::string> names;
            for (const Parameter& parameter : set->all()) {
                QVERIFY2(names.insert(parameter.name).second, parameter.name.c_str());
                QVERIFY2(!parameter.label.empty() && parameter.help.ends_with('.'), parameter.name.c_str());
                // A default that its own parameter refuses would be an error only users see.
                ParameterValues values(*set);
                values.set(parameter.name, parameter.defaultValue);
                values.setFromText(parameter.name, values.asText(parameter.name));
                QVERIFY2(values.isSet(parameter.name), parameter.name.c_str());
            }
        }
    }

    void defaultsAreTheMethods() {
        const ParameterValues values(samplingParameters());
        QCOMPARE(values.integer("level"), 64LL);
        QCOMPARE(values.integer("seed"), 1LL);
        QCOMPARE(values.text("interpolation"), std::string("linear"));
        QCOMPARE(values.flag("allow-folds"), false);
        QVERIFY(!values.isSet("level"));
    }

    void textBecomesTypedValues() {
        ParameterValues values(trainingParameters());
        values.setFromText("learning-rate", "2e-4");
        values.setFromText("augment", "no");
        values.setFromText("dims", "3");
        QCOMPARE(values.number("learning-rate"), 2e-4);
        QCOMPARE(values.flag("augment"), false);
        QCOMPARE(values.integer("dims"), 3LL);
        ParameterValues again(trainingParameters());
        again.setFromText("learning-rate", values.asText("learning-rate"));
        QCOMPARE(again.number("learning-rate"), 2e-4);
        values.set("learning-rate", 1LL);  // JSON writes 1 for 1.0
        QCOMPARE(values.number("learning-rate"), 1.0);
        QVERIFY_THROWS_EXCEPTION(Error, (void)values.integer("learning-rate"));
    }

    void refusalsNameWhatIsAccepted() {
        QCOMPARE(refusal("level", "81"),
                 std::string("level: \"81\" is not accepted; give a whole number from 1 to 80"));
        QVERIFY(refusal("interpolation", "nearest").find("one of: linear, cubic") != std::string::npos);
        for (const auto& [name, text] :
             std::vector<std::pair<std::string, std::string>>{{"level", ""},
                                                              {"level", "6 4"},
                                                              {"level", "64.5"},
                                                              {"level", "0"},
                                                              {"seed", "-1"},
                                                              {"seed", "99999999999999999999"},
                                                              {"allow-folds", "perhaps"},
                                                              {"process", "other"},
                                                              {"nothing", "1"}}) {
            QVERIFY2(!refusal(name, text).empty(), (name + " " + text).c_str());
        }
        ParameterValues values(trainingParameters());
        QVERIFY_THROWS_EXCEPTION(Error, values.setFromText("learning-rate", "nan"));
        QVERIFY_THROWS_EXCEPTION(Error, values.setFromText("learning-rate", "inf"));
        QVERIFY_THROWS_EXCEPTION(Error, values.set("name", 3LL));
    }
};

QTEST_GUILESS_MAIN(TestRegistry)
#include "TestRegistry.moc"
