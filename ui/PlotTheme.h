#pragma once

#include "render/PlotFrame.h"
#include "ui/Theme.h"

namespace drdm {

/// The theme's colours for plots that stand on a card.
inline PlotColours plotColours() {
    const Theme& theme = Theme::current();
    return {theme.panel, theme.text, theme.muted, theme.line, theme.raised};
}

}  // namespace drdm
