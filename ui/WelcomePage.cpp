#include "ui/WelcomePage.h"

#include "ui/Icons.h"
#include "ui/Theme.h"

#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace drdm {

WelcomePage::WelcomePage(QWidget* parent) : QWidget(parent) {
    auto* picture = new QLabel;
    picture->setPixmap(applicationIcon().pixmap(84, 84));
    picture->setAlignment(Qt::AlignCenter);
    auto* title = new QLabel(tr("Plausible variations of one image"));
    title->setProperty("role", "title");
    title->setAlignment(Qt::AlignCenter);
    auto* text =
        new QLabel(tr("Open a DICOM series or a NIfTI file, press Generate, and watch a random deformation grow\nand "
                      "become plausible, step by step."));
    text->setProperty("role", "muted");
    text->setAlignment(Qt::AlignCenter);
    auto* sample = new QPushButton(icon("phantom", &Theme::onAccent), tr("Open sample study (phantom)"));
    sample->setObjectName("welcomeSample");
    sample->setProperty("role", "primary");
    auto* folder = new QPushButton(icon("folder"), tr("Open folder …"));
    folder->setObjectName("welcomeFolder");
    auto* file = new QPushButton(icon("file"), tr("Open file …"));
    file->setObjectName("welcomeFile");
    for (QPushButton* button : {sample, folder, file}) {
        button->setIconSize({20, 20});
        button->setMinimumHeight(40);
    }
    sample->setToolTip(tr("A synthetic beating heart, made on this computer"));
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(10);
    buttons->addStretch();
    buttons->addWidget(sample);
    buttons->addWidget(folder);
    buttons->addWidget(file);
    buttons->addStretch();
    auto* drop = new QLabel(tr("… or drop a folder or file anywhere in this window."));
    drop->setProperty("role", "muted");
    drop->setAlignment(Qt::AlignCenter);

    auto* layout = new QVBoxLayout(this);
    layout->setSpacing(14);
    layout->addStretch(3);
    layout->addWidget(picture);
    layout->addWidget(title);
    layout->addWidget(text);
    layout->addSpacing(12);
    layout->addLayout(buttons);
    layout->addWidget(drop);
    layout->addStretch(4);
    connect(sample, &QPushButton::clicked, this, &WelcomePage::sampleWanted);
    connect(folder, &QPushButton::clicked, this, &WelcomePage::folderWanted);
    connect(file, &QPushButton::clicked, this, &WelcomePage::fileWanted);
}

}  // namespace drdm
