#include "ui/variations/VariationCommands.h"

#include "ui/variations/VariationStore.h"

#include <QCoreApplication>

namespace drdm::commands {

namespace {

QString tr(const char* text, int count = -1) {
    return QCoreApplication::translate("VariationCommands", text, nullptr, count);
}

class Star : public QUndoCommand {
public:
    Star(VariationStore* store, const std::vector<int>& numbers, bool starred)
        : QUndoCommand(starred ? tr("star") : tr("take the star away")), m_store(store), m_starred(starred) {
        for (const int number : numbers) {
            if (const Variation* variation = store->find(number); variation && variation->starred != starred) {
                m_numbers.push_back(number);
            }
        }
    }
    void redo() override { set(m_starred); }
    void undo() override { set(!m_starred); }

private:
    void set(bool starred) {
        for (const int number : m_numbers) {
            m_store->setStarred(number, starred);
        }
    }
    VariationStore* m_store;
    std::vector<int> m_numbers;
    bool m_starred;
};

class Rename : public QUndoCommand {
public:
    Rename(VariationStore* store, int number, QString note)
        : QUndoCommand(tr("name a variation")), m_store(store), m_number(number), m_note(std::move(note)) {}
    void redo() override { swap(); }
    void undo() override { swap(); }

private:
    void swap() {
        if (const Variation* variation = m_store->find(m_number)) {
            const QString before = variation->note;
            m_store->setNote(m_number, m_note);
            m_note = before;
        }
    }
    VariationStore* m_store;
    int m_number;
    QString m_note;
};

class Remove : public QUndoCommand {
public:
    Remove(VariationStore* store, const std::vector<int>& numbers)
        : QUndoCommand(numbers.size() == 1 ? tr("remove a variation") : tr("remove variations")),
          m_store(store),
          m_numbers(numbers) {}
    void redo() override {
        m_removed.clear();
        for (const int number : m_numbers) {
            const Variation* variation = m_store->find(number);
            if (variation && !variation->running) {
                m_removed.push_back(m_store->take(number));
            }
        }
    }
    void undo() override {
        for (const Variation& variation : m_removed) {
            m_store->putBack(variation);
        }
        m_removed.clear();
    }

private:
    VariationStore* m_store;
    std::vector<int> m_numbers;
    std::vector<Variation> m_removed;
};

}  // namespace

QUndoCommand* star(VariationStore* store, const std::vector<int>& numbers, bool starred) {
    return new Star(store, numbers, starred);
}

QUndoCommand* rename(VariationStore* store, int number, const QString& note) {
    return new Rename(store, number, note);
}

QUndoCommand* remove(VariationStore* store, const std::vector<int>& numbers) {
    return new Remove(store, numbers);
}

}  // namespace drdm::commands
