#pragma once

#include <QJsonObject>
#include <QObject>

#include <functional>

class QUndoStack;

namespace drdm {

/// Makes whatever can be told as a JSON object undoable: every change of it becomes a command on the stack. Changes of
/// one and the same number in a row, as a dragged slider makes them, become one command.
class StateUndo : public QObject {
    Q_OBJECT

public:
    using Read = std::function<QJsonObject()>;
    using Write = std::function<void(const QJsonObject&)>;

    /// `text` says what is undone: “overlays”. `stack` must live as long.
    StateUndo(const QString& text, Read read, Write write, QUndoStack* stack, QObject* parent);

    void note();                                        ///< the user may have changed something
    void quietly(const std::function<void()>& change);  ///< makes a change that is not to be undone by itself
    void restore(const QJsonObject& state);  ///< sets a state that is not to be undone: it comes from a project

private:
    friend class StateEdit;

    QString m_text;
    Read m_read;
    Write m_write;
    QUndoStack* m_stack;
    QJsonObject m_known;
    bool m_quiet = false;
};

}  // namespace drdm
