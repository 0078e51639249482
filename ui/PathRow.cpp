#include "ui/PathRow.h"

#include "ui/Icons.h"

#include <QCoreApplication>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QToolButton>

namespace drdm {

namespace {

QWidget* row(QLineEdit* edit, const QString& title, const QString& kinds, const QString& tip) {
    const bool folder = kinds.isEmpty();
    auto* both = new QWidget;
    auto* browse = new QToolButton;
    browse->setIcon(icon("folder"));
    browse->setObjectName(edit->objectName() + "Browse");
    browse->setToolTip(tip);
    auto* row = new QHBoxLayout(both);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(4);
    row->addWidget(edit, 1);
    row->addWidget(browse);
    both->setFocusProxy(edit);
    QObject::connect(browse, &QToolButton::clicked, edit, [edit, title, kinds, folder] {
        auto* dialog = new QFileDialog(edit->window(), title, edit->text(), kinds);
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        dialog->setFileMode(folder ? QFileDialog::Directory : QFileDialog::ExistingFile);
        dialog->setOption(QFileDialog::ShowDirsOnly, folder);
        QObject::connect(dialog, &QFileDialog::fileSelected, edit, [edit](const QString& path) {
            edit->setText(path);
            Q_EMIT edit->editingFinished();
        });
        dialog->open();
    });
    return both;
}

}  // namespace

QWidget* folderRow(QLineEdit* edit, const QString& title) {
    return row(edit, title, {}, QCoreApplication::translate("PathRow", "Choose a folder …"));
}

QWidget* fileRow(QLineEdit* edit, const QString& title, const QString& kinds) {
    return row(edit, title, kinds, QCoreApplication::translate("PathRow", "Choose a file …"));
}

}  // namespace drdm
