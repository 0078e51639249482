#include "ui/variations/GalleryPage.h"

#include "ui/Icons.h"
#include "ui/Theme.h"
#include "ui/variations/VariationDelegate.h"
#include "ui/variations/VariationFilter.h"
#include "ui/variations/VariationStore.h"

#include <QAction>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QListView>
#include <QPainter>
#include <QSlider>
#include <QToolButton>
#include <QVBoxLayout>

#include <array>

namespace drdm {

namespace {

struct Order {
    int role;
    Qt::SortOrder direction;
};
constexpr std::array<Order, 5> orders{{{VariationStore::NumberRole, Qt::AscendingOrder},
                                       {VariationStore::NumberRole, Qt::DescendingOrder},
                                       {VariationStore::MeanRole, Qt::DescendingOrder},
                                       {VariationStore::LevelRole, Qt::AscendingOrder},
                                       {VariationStore::SeedRole, Qt::AscendingOrder}}};

}  // namespace

GalleryPage::GalleryPage(VariationFilter* filter, QItemSelectionModel* selection, QWidget* parent)
    : QWidget(parent),
      m_filter(filter),
      m_delegate(new VariationDelegate(VariationDelegate::Shape::Tile, this)),
      m_view(new QListView) {
    setObjectName("galleryPage");
    auto* heading = new QLabel(tr("GALLERY"));
    heading->setProperty("role", "heading");
    m_summary = new QLabel;
    m_summary->setProperty("role", "muted");
    m_order = new QComboBox;
    m_order->setObjectName("galleryOrder");
    m_order->addItems(
        {tr("Oldest first"), tr("Newest first"), tr("Largest shift first"), tr("Weakest first"), tr("By seed")});
    m_order->setToolTip(tr("In which order the variations stand"));
    m_size = new QSlider(Qt::Horizontal);
    m_size->setObjectName("gallerySize");
    m_size->setRange(90, 380);
    m_size->setValue(190);
    m_size->setFixedWidth(130);
    m_size->setToolTip(tr("Size of the pictures"));
    m_size->setAccessibleName(tr("Size of the pictures"));
    auto* sheet = new QToolButton;
    sheet->setObjectName("gallerySheet");
    sheet->setIcon(icon("camera"));
    sheet->setText(tr("Save as picture …"));
    sheet->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    sheet->setToolTip(tr("Save all tiles as one picture (PNG)"));
    m_buttons = new QHBoxLayout;
    m_buttons->setSpacing(3);
    auto* top = new QHBoxLayout;
    top->addWidget(heading);
    top->addSpacing(10);
    top->addWidget(m_summary);
    top->addSpacing(14);
    top->addLayout(m_buttons);
    top->addStretch();
    top->addWidget(sheet);
    top->addWidget(m_size);
    top->addWidget(m_order);

    m_view->setObjectName("gallery");
    m_view->setAccessibleName(tr("Gallery of variations"));
    m_view->setViewMode(QListView::IconMode);
    m_view->setResizeMode(QListView::Adjust);
    m_view->setMovement(QListView::Static);
    m_view->setUniformItemSizes(true);
    m_view->setSpacing(4);
    m_view->setMouseTracking(true);
    m_view->setModel(filter);
    m_view->setSelectionModel(selection);
    m_view->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_view->setItemDelegate(m_delegate);
    m_view->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_view->setContextMenuPolicy(Qt::ActionsContextMenu);
    m_empty = new QLabel(tr("No variations yet. Open an image and press Generate; they gather here."));
    m_empty->setProperty("role", "muted");
    m_empty->setAlignment(Qt::AlignCenter);
    m_empty->setWordWrap(true);

    auto* card = new QFrame;
    card->setProperty("role", "card");
    auto* layout = new QVBoxLayout(card);
    layout->setContentsMargins(14, 8, 10, 10);
    layout->addLayout(top);
    layout->addWidget(m_view, 1);
    layout->addWidget(m_empty, 1);
    auto* page = new QVBoxLayout(this);
    page->setContentsMargins(8, 0, 8, 6);
    page->addWidget(card);

    connect(m_delegate, &VariationDelegate::starClicked, this, &GalleryPage::starWanted);
    connect(m_view, &QListView::activated, this,
            [this](const QModelIndex& at) { Q_EMIT opened(m_filter->numberAt(at)); });
    connect(sheet, &QToolButton::clicked, this, &GalleryPage::sheetWanted);
    connect(m_order, &QComboBox::currentIndexChanged, this, [this](int i) {
        const Order& order = orders.at(static_cast<std::size_t>(i));
        m_filter->sortBy(order.role, order.direction);
    });
    connect(m_size, &QSlider::valueChanged, this, [this](int side) {
        m_delegate->setTileSize(side);
        m_view->doItemsLayout();
    });
    connect(filter, &QAbstractItemModel::rowsInserted, this, &GalleryPage::update);
    connect(filter, &QAbstractItemModel::rowsRemoved, this, &GalleryPage::update);
    connect(filter, &QAbstractItemModel::modelReset, this, &GalleryPage::update);
    connect(filter, &QAbstractItemModel::dataChanged, this, &GalleryPage::update);
    connect(selection, &QItemSelectionModel::selectionChanged, this, &GalleryPage::update);
    update();
}

void GalleryPage::addActions(const QList<QAction*>& actions) {
    for (QAction* action : actions) {
        auto* button = new QToolButton;
        button->setDefaultAction(action);
        button->setObjectName("gallery-" + action->objectName());
        m_buttons->addWidget(button);
        m_view->addAction(action);
    }
}

QImage GalleryPage::contactSheet() const {
    QStyleOptionViewItem option;
    option.initFrom(m_view);
    option.font = m_view->font();
    option.fontMetrics = m_view->fontMetrics();
    const int count = m_filter->rowCount();
    const QSize tile = m_delegate->sizeHint(option, {});
    const int columns = std::max(1, std::min(count, m_view->viewport()->width() / (tile.width() + 8)));
    const int rows = (count + columns - 1) / columns;
    const double ratio = devicePixelRatioF();
    const QSize size(columns * tile.width() + 16, rows * tile.height() + 16);
    QImage picture(size * ratio, QImage::Format_RGB32);
    picture.setDevicePixelRatio(ratio);
    picture.fill(Theme::current().panel);
    QPainter painter(&picture);
    painter.setFont(option.font);
    option.state = QStyle::State_Enabled;
    for (int i = 0; i < count; ++i) {
        option.rect = QRect(QPoint(8 + i % columns * tile.width(), 8 + i / columns * tile.height()), tile);
        m_delegate->paint(&painter, option, m_filter->index(i, 0));
    }
    return picture;
}

void GalleryPage::update() {
    const int count = m_filter->rowCount();
    int starred = 0;
    for (int row = 0; row < count; ++row) {
        starred += m_filter->index(row, 0).data(VariationStore::StarredRole).toBool() ? 1 : 0;
    }
    const auto selected = m_view->selectionModel()->selectedIndexes().size();
    m_summary->setText(count == 0 ? QString()
                                  : tr("%1 · %2 starred · %3 chosen").arg(count).arg(starred).arg(selected));
    m_view->setVisible(count > 0);
    m_empty->setVisible(count == 0);
}

}  // namespace drdm
