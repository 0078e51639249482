#include "ui/BackgroundTask.h"
#include "ui/Icons.h"
#include "ui/Theme.h"
#include "ui/training/ElidedLabel.h"
#include "ui/training/SliceStrip.h"
#include "ui/training/TrainingDataPanel.h"
#include "ui/training/TrainingTable.h"

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPainter>
#include <QProgressBar>
#include <QPushButton>
#include <QStackedWidget>
#include <QStyledItemDelegate>
#include <QTableView>
#include <QToolButton>

#include <algorithm>

namespace drdm {

namespace {

constexpr int detailsWidth = 316;

/// The series' name and, below it, where it lies.
class SeriesDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
        QStyledItemDelegate::paint(painter, option, index);
        QStyleOptionViewItem filled = option;
        initStyleOption(&filled, index);
        const QStyle* style = option.widget->style();
        const QRect text = style->subElementRect(QStyle::SE_ItemViewItemText, &filled, option.widget);
        const QRect below(text.left() + 3, option.rect.center().y() + 1, option.rect.right() - text.left() - 6,
                          option.fontMetrics.height());
        QFont small = option.font;
        small.setPointSizeF(0.88 * small.pointSizeF());
        painter->save();
        painter->setFont(small);
        painter->setPen(Theme::current().muted);
        painter->drawText(below, Qt::AlignLeft | Qt::AlignVCenter,
                          QFontMetrics(small).elidedText(index.data(TrainingTable::placeRole).toString(), Qt::ElideLeft,
                                                         below.width()));
        painter->restore();
    }

protected:
    void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override {
        QStyledItemDelegate::initStyleOption(option, index);
        option->text += QChar(QChar::LineSeparator);  // room for the second line
        option->text += ' ';
    }
};

QLabel* labelled(const QString& text, const char* role) {
    auto* label = new QLabel(text);
    label->setProperty("role", role);
    return label;
}

}  // namespace

TrainingDataPanel::TrainingDataPanel(QWidget* parent) : QWidget(parent), m_table(new TrainingTable(this)) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    auto* card = new QFrame;
    card->setProperty("role", "card");
    auto* inside = new QVBoxLayout(card);
    inside->setContentsMargins(12, 10, 12, 10);
    inside->setSpacing(8);
    inside->addWidget(makeChooser());
    inside->addWidget(makeTable(), 1);
    layout->addWidget(card, 1);
    m_details = new QStackedWidget;
    auto* details = new QWidget;
    auto* row = new QHBoxLayout(details);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    row->addWidget(makePreview(), 1);
    row->addWidget(makeValidation());
    m_details->addWidget(details);
    m_details->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);
    layout->addWidget(m_details);

    connect(m_table, &TrainingTable::changed, this, &TrainingDataPanel::describe);
    connect(m_table, &TrainingTable::changed, this, &TrainingDataPanel::changed);
    m_validation->setCurrentIndex(m_validation->findData("share"));
    describe();
}

QWidget* TrainingDataPanel::makeChooser() {
    m_addFolder = new QPushButton(icon("folder"), tr("Add folder …"));
    m_addFolder->setObjectName("addTrainingFolder");
    m_addFolder->setToolTip(tr("Everything below a folder: DICOM and NIfTI"));
    m_addFiles = new QPushButton(icon("file"), tr("Add files …"));
    m_addFiles->setObjectName("addTrainingFiles");
    m_addFiles->setToolTip(tr("DICOM or NIfTI files, or packs (.safetensors) that \"drdm pack\" wrote"));
    m_clear = new QPushButton(icon("trash"), tr("Clear"));
    m_clear->setObjectName("clearTrainingData");
    m_clear->setToolTip(tr("Take everything out of this list; no file is touched"));
    m_busyText = labelled({}, "muted");
    auto* bar = new QProgressBar;
    bar->setRange(0, 0);
    bar->setTextVisible(false);
    bar->setFixedWidth(60);
    auto* stop = new QToolButton;
    stop->setObjectName("cancelTrainingScan");
    stop->setIcon(icon("cancel"));
    stop->setToolTip(tr("Stop looking"));
    stop->setAccessibleName(stop->toolTip());
    m_busy = new QWidget;
    auto* busy = new QHBoxLayout(m_busy);
    busy->setContentsMargins(0, 0, 0, 0);
    busy->addWidget(m_busyText);
    busy->addWidget(bar);
    busy->addWidget(stop);
    m_busy->setVisible(false);
    m_skipped = labelled({}, "muted");
    m_skipped->setObjectName("trainingSkipped");

    auto* row = new QWidget;
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(labelled(tr("IMAGES TO TRAIN ON"), "heading"));
    layout->addStretch();
    layout->addWidget(m_busy);
    layout->addWidget(m_skipped);
    layout->addWidget(m_addFolder);
    layout->addWidget(m_addFiles);
    layout->addWidget(m_clear);
    connect(m_addFolder, &QPushButton::clicked, this, [this] { choose(true); });
    connect(m_addFiles, &QPushButton::clicked, this, [this] { choose(false); });
    connect(m_clear, &QPushButton::clicked, this, &TrainingDataPanel::clear);
    connect(stop, &QToolButton::clicked, this, [this] {
        if (m_scan) {
            m_scan->cancel();
        }
    });
    return row;
}

QWidget* TrainingDataPanel::makeTable() {
    m_view = new QTableView;
    m_view->setObjectName("trainingData");
    m_view->setAccessibleName(tr("Images to train on"));
    m_view->setModel(m_table);
    m_view->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_view->setSelectionMode(QAbstractItemView::SingleSelection);
    m_view->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_view->setShowGrid(false);
    m_view->setWordWrap(false);
    m_view->setTabKeyNavigation(false);
    m_view->setIconSize({16, 16});
    m_view->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_view->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_view->verticalHeader()->hide();
    m_view->verticalHeader()->setDefaultSectionSize(42);
    m_view->setItemDelegateForColumn(TrainingTable::Series, new SeriesDelegate(m_view));
    QHeaderView* header = m_view->horizontalHeader();
    header->setHighlightSections(false);
    header->setSectionResizeMode(QHeaderView::Interactive);
    header->setMinimumSectionSize(44);
    const int widths[] = {206, 50, 130, 134, 62};
    for (int column = 0; column < TrainingTable::Use; ++column) {
        header->resizeSection(column, std::max(widths[column], header->sectionSizeHint(column)));
    }
    header->setStretchLastSection(true);
    connect(m_view->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &TrainingDataPanel::preview);

    auto* empty = new QWidget;
    auto* column = new QVBoxLayout(empty);
    auto* picture = new QLabel;
    picture->setPixmap(icon("folder", Theme::current().muted).pixmap(48, 48));
    picture->setAlignment(Qt::AlignCenter);
    auto* title = new QLabel(tr("Drop folders, DICOM or NIfTI files, or packs here"));
    title->setAlignment(Qt::AlignCenter);
    title->setProperty("role", "value");
    auto* text = labelled(tr("Every slice of every series becomes a training image.\nLabel maps and what does not fit "
                             "the model are left out, and the list says why."),
                          "muted");
    text->setAlignment(Qt::AlignCenter);
    column->addStretch(2);
    column->addWidget(picture);
    column->addWidget(title);
    column->addWidget(text);
    column->addStretch(3);
    m_pages = new QStackedWidget;
    m_pages->addWidget(empty);
    m_pages->addWidget(m_view);
    return m_pages;
}

QWidget* TrainingDataPanel::makePreview() {
    auto* card = new QFrame;
    card->setProperty("role", "card");
    m_previewName = new ElidedLabel;
    m_previewName->setProperty("role", "muted");
    m_strip = new SliceStrip;
    auto* top = new QHBoxLayout;
    top->addWidget(labelled(tr("PREVIEW"), "heading"));
    top->addSpacing(6);
    top->addWidget(m_previewName, 1);
    auto* layout = new QVBoxLayout(card);
    layout->setContentsMargins(12, 10, 12, 12);
    layout->setSpacing(8);
    layout->addLayout(top);
    layout->addWidget(m_strip);
    layout->addStretch();
    return card;
}

QWidget* TrainingDataPanel::makeValidation() {
    auto* card = new QFrame;
    card->setProperty("role", "card");
    card->setFixedWidth(detailsWidth);
    m_validation = new QComboBox;
    m_validation->setObjectName("validationKind");
    m_validation->setAccessibleName(tr("Validation"));
    m_validation->setToolTip(
        tr("Images that are never trained on; the model is measured on them while it trains, and "
           "the best one by that measure is kept"));
    m_validation->addItem(tr("A share of the subjects"), "share");
    m_validation->addItem(tr("Images of their own"), "own");
    m_validation->addItem(tr("None"), "none");
    m_share = new QDoubleSpinBox;
    m_share->setObjectName("validationShare");
    m_share->setAccessibleName(tr("Share for validation"));
    m_share->setToolTip(tr("Share of the subjects that is kept for validation; all images of a subject stay together"));
    m_share->setDecimals(0);
    m_share->setRange(1, 90);
    m_share->setSuffix(tr(" %"));
    m_share->setLocale(QLocale::c());
    m_ownFolder = new QLineEdit;
    m_ownFolder->setObjectName("validationFolder");
    m_ownFolder->setAccessibleName(tr("Folder of validation images"));
    m_ownFolder->setPlaceholderText(tr("folder, file or pack"));
    auto* browse = new QToolButton;
    browse->setObjectName("browseValidation");
    browse->setIcon(icon("folder"));
    browse->setToolTip(tr("Choose a folder …"));
    browse->setAccessibleName(browse->toolTip());
    auto* own = new QWidget;
    auto* ownRow = new QHBoxLayout(own);
    ownRow->setContentsMargins(0, 0, 0, 0);
    ownRow->setSpacing(2);
    ownRow->addWidget(m_ownFolder, 1);
    ownRow->addWidget(browse);
    auto* none = new QWidget;
    auto* how = new QStackedWidget;
    how->addWidget(m_share);
    how->addWidget(own);
    how->addWidget(none);
    how->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    m_totals = new QLabel;
    m_totals->setObjectName("trainingTotals");
    m_totals->setTextFormat(Qt::RichText);
    m_totals->setProperty("role", "muted");
    auto* choice = new QHBoxLayout;
    choice->setSpacing(6);
    choice->addWidget(m_validation);
    choice->addWidget(how, 1);
    auto* layout = new QVBoxLayout(card);
    layout->setContentsMargins(12, 10, 12, 10);
    layout->setSpacing(8);
    layout->addWidget(labelled(tr("VALIDATION"), "heading"));
    layout->addLayout(choice);
    layout->addWidget(m_totals);
    layout->addStretch();
    connect(m_validation, &QComboBox::currentIndexChanged, this, [this, how](int index) {
        how->setCurrentIndex(index);
        m_table->setShare(index == 0 ? m_share->value() / 100 : 0);
    });
    connect(m_share, &QDoubleSpinBox::valueChanged, this, [this](double percent) {
        if (m_validation->currentData() == "share") {
            m_table->setShare(percent / 100);
        }
    });
    m_share->setValue(10);
    m_table->setShare(0.1);
    connect(m_ownFolder, &QLineEdit::textChanged, this, &TrainingDataPanel::changed);
    connect(browse, &QToolButton::clicked, this, [this] {
        auto* dialog = new QFileDialog(window(), tr("Folder of validation images"), m_ownFolder->text());
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        dialog->setFileMode(QFileDialog::Directory);
        connect(dialog, &QFileDialog::fileSelected, m_ownFolder, &QLineEdit::setText);
        dialog->open();
    });
    return card;
}

}  // namespace drdm
