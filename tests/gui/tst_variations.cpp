#include "GuiTest.h"
#include "ui/variations/VariationCommands.h"
#include "ui/variations/VariationFilter.h"
#include "ui/variations/VariationStore.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QUndoStack>

using namespace drdm;

namespace {

Variation variation(const std::string& series, std::uint64_t seed, bool running = false) {
    Variation v;
    v.series = series;
    v.seed = seed;
    v.running = running;
    return v;
}

}  // namespace

class VariationsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void filterAndUndo() {
        VariationStore store;
        VariationFilter filter(&store);
        QUndoStack undo;
        const QAbstractItemModelTester storeTester(&store, QAbstractItemModelTester::FailureReportingMode::QtTest);
        const QAbstractItemModelTester filterTester(&filter, QAbstractItemModelTester::FailureReportingMode::QtTest);
        QSignalSpy contents(&store, &VariationStore::contentsChanged);
        filter.setSeries("a");
        const int one = store.add(variation("a", 7));
        const int other = store.add(variation("b", 8));
        const int two = store.add(variation("a", 5));
        const int made = store.add(variation("a", 9, true));
        QCOMPARE(filter.rowCount(), 3);
        QVERIFY(!filter.indexOf(other).isValid());
        filter.sortBy(VariationStore::SeedRole, Qt::AscendingOrder);
        QCOMPARE(filter.numberAt(filter.index(0, 0)), two);

        undo.push(commands::star(&store, {one, two}, true));
        filter.setStarredOnly(true);
        QCOMPARE(filter.rowCount(), 2);
        filter.setStarredOnly(false);
        undo.push(commands::rename(&store, one, "apex"));
        QVERIFY(VariationStore::title(*store.find(one)).contains("apex"));

        // What is still being made is not removed; what was removed comes back whole and in its place.
        const auto before = contents.size();
        undo.push(commands::remove(&store, {one, made}));
        QVERIFY(!store.find(one));
        QVERIFY(store.find(made));
        QVERIFY(contents.size() > before);
        undo.undo();
        QCOMPARE(store.all().front().number, one);
        QVERIFY(store.find(one)->starred);
        QCOMPARE(store.find(one)->note, QString("apex"));
        undo.undo();
        QCOMPARE(store.find(one)->note, QString());
        undo.undo();
        QVERIFY(!store.find(one)->starred && !store.find(two)->starred);
        QVERIFY(store.add(variation("a", 1)) > made);  // numbers are not used twice
    }
};

DRDM_GUI_TEST_MAIN(VariationsTest)
#include "tst_variations.moc"
