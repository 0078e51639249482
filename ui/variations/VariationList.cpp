#include "ui/variations/VariationList.h"

#include "ui/Icons.h"
#include "ui/variations/VariationDelegate.h"
#include "ui/variations/VariationFilter.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QListView>
#include <QToolButton>
#include <QVBoxLayout>

namespace drdm {

namespace {

QToolButton* smallButton(const QString& name, const QString& picture, const QString& tip) {
    auto* button = new QToolButton;
    button->setObjectName(name);
    button->setIcon(icon(picture));
    button->setIconSize({16, 16});
    button->setToolTip(tip);
    return button;
}

}  // namespace

VariationList::VariationList(VariationFilter* filter, QItemSelectionModel* selection, QWidget* parent)
    : QFrame(parent), m_filter(filter), m_view(new QListView) {
    setProperty("role", "card");
    auto* heading = new QLabel(tr("VARIATIONS"));
    heading->setProperty("role", "heading");
    m_count = new QLabel;
    m_count->setProperty("role", "muted");
    m_starred = smallButton("starredOnly", "star", tr("Show the starred variations alone"));
    m_starred->setCheckable(true);
    auto* gallery = smallButton("showGallery", "gallery", tr("Show all variations as a gallery"));
    m_remove = smallButton("removeVariation", "trash", tr("Remove the chosen variations (Del); can be undone"));
    auto* top = new QHBoxLayout;
    top->setSpacing(1);
    top->addWidget(heading);
    top->addSpacing(6);
    top->addWidget(m_count, 1);
    top->addWidget(m_starred);
    top->addWidget(gallery);
    top->addWidget(m_remove);

    auto* delegate = new VariationDelegate(VariationDelegate::Shape::Row, m_view);
    m_view->setObjectName("variations");
    m_view->setAccessibleName(tr("Variations"));
    m_view->setModel(filter);
    m_view->setSelectionModel(selection);
    m_view->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_view->setItemDelegate(delegate);
    m_view->setMouseTracking(true);
    m_view->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_view->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_view->setContextMenuPolicy(Qt::ActionsContextMenu);
    m_empty = new QLabel(tr("Generate makes the first one."));
    m_empty->setProperty("role", "muted");
    m_empty->setAlignment(Qt::AlignCenter);
    m_empty->setWordWrap(true);

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 6, 8, 8);
    layout->setSpacing(4);
    layout->addLayout(top);
    layout->addWidget(m_view, 1);
    layout->addWidget(m_empty, 1);

    connect(delegate, &VariationDelegate::starClicked, this, &VariationList::starWanted);
    connect(m_remove, &QToolButton::clicked, this, &VariationList::removeWanted);
    connect(gallery, &QToolButton::clicked, this, &VariationList::galleryWanted);
    connect(m_starred, &QToolButton::toggled, this, [this](bool on) {
        m_filter->setStarredOnly(on);
        update();
    });
    for (const auto& signal : {&QAbstractItemModel::rowsInserted, &QAbstractItemModel::rowsRemoved}) {
        connect(filter, signal, this, &VariationList::update);
    }
    connect(filter, &QAbstractItemModel::modelReset, this, &VariationList::update);
    connect(filter, &QAbstractItemModel::layoutChanged, this, &VariationList::update);
    connect(selection, &QItemSelectionModel::selectionChanged, this, &VariationList::update);
    update();
}

void VariationList::update() {
    const int count = m_filter->rowCount();
    m_count->setText(count > 0 ? QString::number(count) : QString());
    m_view->setVisible(count > 0);
    m_empty->setVisible(count == 0);
    m_empty->setText(m_starred->isChecked() ? tr("None has a star yet.") : tr("Generate makes the first one."));
    m_remove->setEnabled(m_view->selectionModel()->hasSelection());
}

}  // namespace drdm
