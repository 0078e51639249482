#include "ui/LogDialog.h"

#include "ui/Icons.h"
#include "ui/Log.h"

#include <QClipboard>
#include <QComboBox>
#include <QDesktopServices>
#include <QFile>
#include <QFontDatabase>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QRegularExpression>
#include <QScrollBar>
#include <QUrl>
#include <QVBoxLayout>

namespace drdm {

namespace {

constexpr int linesKept = 2000;  // what a text field takes without a pause

}  // namespace

LogDialog::LogDialog(QWidget* parent)
    : QDialog(parent), m_level(new QComboBox), m_words(new QLineEdit), m_text(new QPlainTextEdit) {
    setObjectName("logDialog");
    setWindowTitle(tr("Log"));
    resize(860, 520);
    m_level->setObjectName("logLevel");
    m_level->setToolTip(tr("Which lines are shown"));
    m_level->addItem(tr("Everything"), QString());
    m_level->addItem(tr("Warnings and errors"), QStringLiteral("  (warning|error  )  "));
    m_level->addItem(tr("Errors"), QStringLiteral("  error    "));
    m_words->setObjectName("logWords");
    m_words->setPlaceholderText(tr("Find in the lines"));
    m_words->setClearButtonEnabled(true);
    m_text->setObjectName("logText");
    m_text->setReadOnly(true);
    m_text->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_text->setMaximumBlockCount(linesKept);
    m_text->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_text->setAccessibleName(tr("Lines of the log"));
    auto* copy = new QPushButton(icon("copy"), tr("Copy"));
    copy->setObjectName("copyLog");
    copy->setToolTip(tr("Copy the lines shown"));
    auto* folder = new QPushButton(icon("folder"), tr("Open folder"));
    folder->setObjectName("openLogFolder");
    folder->setToolTip(Log::folder());
    auto* close = new QPushButton(tr("Close"));
    auto* privacy = new QLabel(tr("The log holds no names of patients, descriptions or paths."));
    privacy->setProperty("role", "muted");
    auto* top = new QHBoxLayout;
    top->setSpacing(8);
    top->addWidget(m_level);
    top->addWidget(m_words, 1);
    auto* bottom = new QHBoxLayout;
    bottom->setSpacing(8);
    bottom->addWidget(copy);
    bottom->addWidget(folder);
    bottom->addWidget(privacy, 1, Qt::AlignCenter);
    bottom->addWidget(close);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 16, 16, 14);
    layout->setSpacing(10);
    layout->addLayout(top);
    layout->addWidget(m_text, 1);
    layout->addLayout(bottom);
    close->setDefault(true);

    // The end of the newest file is enough to read here; the folder has the rest.
    QFile file(Log::file());
    if (file.open(QIODevice::ReadOnly | QIODevice::Text)) {
        file.seek(std::max<qint64>(0, file.size() - qint64{200} * linesKept));
        m_lines = QString::fromUtf8(file.readAll()).split('\n', Qt::SkipEmptyParts);
        m_lines = m_lines.mid(std::max<qsizetype>(0, m_lines.size() - linesKept));
    }
    connect(&Log::instance(), &Log::written, this, &LogDialog::append, Qt::QueuedConnection);
    connect(m_level, &QComboBox::currentIndexChanged, this, &LogDialog::fill);
    connect(m_words, &QLineEdit::textChanged, this, &LogDialog::fill);
    connect(copy, &QPushButton::clicked, this,
            [this] { QGuiApplication::clipboard()->setText(m_text->toPlainText()); });
    connect(folder, &QPushButton::clicked, this, [] { QDesktopServices::openUrl(QUrl::fromLocalFile(Log::folder())); });
    connect(close, &QPushButton::clicked, this, &QDialog::close);
    fill();
}

bool LogDialog::wanted(const QString& line) const {
    const QString level = m_level->currentData().toString();
    return (level.isEmpty() || line.contains(QRegularExpression(level))) &&
           line.contains(m_words->text(), Qt::CaseInsensitive);
}

void LogDialog::fill() {
    QStringList shown;
    for (const QString& line : m_lines) {
        if (wanted(line)) {
            shown << line;
        }
    }
    m_text->setPlainText(shown.join('\n'));
    m_text->verticalScrollBar()->setValue(m_text->verticalScrollBar()->maximum());
}

void LogDialog::append(const QString& line) {
    m_lines << line;
    if (m_lines.size() > linesKept) {
        m_lines.removeFirst();
    }
    if (wanted(line)) {
        m_text->appendPlainText(line);
    }
}

}  // namespace drdm
