#pragma once

#include "diffusion/Devices.h"
#include "ui/Preferences.h"

#include <QDialog>

#include <functional>
#include <memory>
#include <vector>

class QAction;
class QCheckBox;
class QComboBox;
class QGridLayout;
class QLabel;
class QLineEdit;
class QListWidget;
class QPushButton;
class QSpinBox;
class QStackedWidget;

namespace drdm {

class Shortcuts;

/// What the window has to choose from.
struct PreferencesOffer {
    QList<QAction*> layouts;
    std::vector<ComputeDevice> devices;
    Shortcuts* shortcuts = nullptr;
    bool cacheInUse = false;  ///< something in the cache is open: it cannot be cleared now
};

/// The preferences, page by page. Every change is stored and told at once; there is no OK to forget.
class PreferencesDialog : public QDialog {
    Q_OBJECT

public:
    PreferencesDialog(const Preferences& now, const PreferencesOffer& offer, QWidget* parent = nullptr);

    enum Page { Display, Computing, Export, Paths, Servers, Keys };
    void showPage(Page page);
    /// Changed elsewhere (the View menu): the dialog follows.
    void take(const Preferences& now);

Q_SIGNALS:
    void changed(const drdm::Preferences& preferences);
    void serversChanged();

private:
    struct Form {
        QGridLayout* grid = nullptr;
        std::vector<std::function<void(Preferences& to, const Preferences& from)>> copies;
    };

    Form* addPage(const QString& name, const QString& picture, const QString& objectName);
    void addDisplay(const PreferencesOffer& offer);
    void addComputing(const PreferencesOffer& offer);
    void addExport();
    void addPaths(const PreferencesOffer& offer);
    void addServers();
    void addKeys(const PreferencesOffer& offer);
    void giveRoom(Page page, QWidget* content);  ///< all that the page has

    void addRow(Form* form, const QString& label, QWidget* editor, const QString& objectName, const QString& tip);
    static void addNote(Form* form, const QString& text, const QString& objectName = {});
    QComboBox* addCombo(Form* form, const QString& label, const QString& objectName, const QString& tip,
                        const std::vector<std::pair<QString, QVariant>>& choices);
    template <typename T>
    void bindCombo(Form* form, QComboBox* combo, T Preferences::*member);
    void bindText(Form* form, QLineEdit* edit, QString Preferences::*member);
    void bindNumber(Form* form, QSpinBox* spin, int Preferences::*member);
    void bindFlag(Form* form, QCheckBox* box, bool Preferences::*member);
    void commit();
    void refresh();
    void restorePage();
    void measureCache();

    Preferences m_now;
    std::vector<std::unique_ptr<Form>> m_forms;  ///< one a page
    std::vector<std::function<void()>> m_refreshers;
    QListWidget* m_list;
    QStackedWidget* m_pages;
    QPushButton* m_restore;
    QLabel* m_cacheSize = nullptr;
    Shortcuts* m_shortcuts = nullptr;
};

}  // namespace drdm
