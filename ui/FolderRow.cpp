#include "ui/FolderRow.h"

#include "ui/Icons.h"

#include <QCoreApplication>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QToolButton>

namespace drdm {

QWidget* folderRow(QLineEdit* edit, const QString& title) {
    auto* both = new QWidget;
    auto* browse = new QToolButton;
    browse->setIcon(icon("folder"));
    browse->setObjectName(edit->objectName() + "Browse");
    browse->setToolTip(QCoreApplication::translate("FolderRow", "Choose a folder …"));
    auto* row = new QHBoxLayout(both);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(4);
    row->addWidget(edit, 1);
    row->addWidget(browse);
    both->setFocusProxy(edit);
    QObject::connect(browse, &QToolButton::clicked, edit, [edit, title] {
        auto* dialog = new QFileDialog(edit->window(), title, edit->text());
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        dialog->setFileMode(QFileDialog::Directory);
        dialog->setOption(QFileDialog::ShowDirsOnly);
        QObject::connect(dialog, &QFileDialog::fileSelected, edit, [edit](const QString& folder) {
            edit->setText(folder);
            Q_EMIT edit->editingFinished();
        });
        dialog->open();
    });
    return both;
}

}  // namespace drdm
