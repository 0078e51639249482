#include "render/VtkWidget.h"

#include <QOpenGLContext>
#include <QOpenGLFunctions>
#include <QOpenGLFunctions_3_2_Core>
#include <QOpenGLVersionFunctionsFactory>
#include <vtkCallbackCommand.h>
#include <vtkGenericOpenGLRenderWindow.h>
#include <vtkNew.h>
#include <vtkOpenGLFramebufferObject.h>
#include <vtkOpenGLState.h>
#include <vtkRenderer.h>
#include <vtkVersion.h>

#include <cmath>

namespace drdm {

struct VtkWidget::Private {
    vtkNew<vtkGenericOpenGLRenderWindow> window;
    vtkNew<vtkRenderer> renderer;
    vtkNew<vtkCallbackCommand> contextEvents;
    QOpenGLContext* context = nullptr;  ///< as given to initializeGL; null before and after
    QSurface* surface = nullptr;
    QMetaObject::Connection contextDies;
    bool renderWanted = true;
    bool painting = false;
    int renderings = 0;
};

namespace {

/// Filled by the first view that has a context. GUI thread.
QString& drawnBy() {
    static QString text;
    return text;
}

/// VTK asks for its context in the middle of its own work. QOpenGLWidget::makeCurrent() would also bind the widget's
/// framebuffer behind VTK's cached state (black view), so only the context itself is made current.
template <typename Private>
void answer(vtkObject*, unsigned long event, void* clientData, void* callData) {
    auto* d = static_cast<Private*>(clientData);
    if (event == vtkCommand::WindowMakeCurrentEvent) {
        if (d->context && d->surface) {
            d->context->makeCurrent(d->surface);
        }
    } else if (event == vtkCommand::WindowIsCurrentEvent) {
        *static_cast<bool*>(callData) =
            d->context && QOpenGLContext::currentContext() == d->context && d->context->surface() == d->surface;
    } else if (event == vtkCommand::WindowFrameEvent) {
        // Nothing: NoBlit, paintGL copies the picture.
    }
}

}  // namespace

VtkWidget::VtkWidget(QWidget* parent) : QOpenGLWidget(parent), d(std::make_unique<Private>()) {
    setUpdateBehavior(QOpenGLWidget::NoPartialUpdate);
    d->window->SetReadyForRendering(false);
    d->window->SetFrameBlitModeToNoBlit();
    d->window->SetMultiSamples(0);
    d->window->AddRenderer(d->renderer);
    d->contextEvents->SetClientData(d.get());
    d->contextEvents->SetCallback(&answer<Private>);
    d->window->AddObserver(vtkCommand::WindowMakeCurrentEvent, d->contextEvents);
    d->window->AddObserver(vtkCommand::WindowIsCurrentEvent, d->contextEvents);
}

VtkWidget::~VtkWidget() {
    // ~QOpenGLWidget emits aboutToBeDestroyed after our members have died: take our leave of the context now.
    releaseContext();
    d->window->RemoveObserver(d->contextEvents);
}

QSurfaceFormat VtkWidget::surfaceFormat() {
    QSurfaceFormat format;
    format.setRenderableType(QSurfaceFormat::OpenGL);
    format.setVersion(3, 2);
    format.setProfile(QSurfaceFormat::CoreProfile);
    format.setRedBufferSize(8);
    format.setGreenBufferSize(8);
    format.setBlueBufferSize(8);
    format.setAlphaBufferSize(8);
    format.setDepthBufferSize(8);
    format.setStencilBufferSize(0);
    format.setSamples(0);
    return format;
}

std::string VtkWidget::libraryVersion() {
    return vtkVersion::GetVTKVersion();
}

QString VtkWidget::openGlDescription() {
    return drawnBy();
}

vtkRenderer* VtkWidget::renderer() const {
    return d->renderer;
}

void VtkWidget::setSamples(int samples) {
    d->window->SetMultiSamples(samples);
}

int VtkWidget::renderCount() const {
    return d->renderings;
}

void VtkWidget::requestRender() {
    d->renderWanted = true;
    update();  // Qt delivers one paint per turn of the event loop, however often this is called
}

void VtkWidget::initializeGL() {
    d->context = context();
    d->surface = d->context->surface();
    d->contextDies = connect(d->context, &QOpenGLContext::aboutToBeDestroyed, this, &VtkWidget::releaseContext,
                             Qt::DirectConnection);
    d->window->GetState()->Reset();
    d->window->GetState()->vtkglDepthFunc(GL_LEQUAL);
    d->window->SetForceMaximumHardwareLineWidth(1);
    d->window->SetReadyForRendering(true);
    d->window->SetOwnContext(0);
    d->window->OpenGLInitContext();
    if (drawnBy().isEmpty()) {
        const auto text = [this](GLenum name) {
            return QString::fromLatin1(reinterpret_cast<const char*>(d->context->functions()->glGetString(name)));
        };
        drawnBy() = text(GL_RENDERER) + ", " + text(GL_VERSION);
    }
    d->renderWanted = true;
}

void VtkWidget::releaseContext() {
    disconnect(d->contextDies);
    if (!d->context) {
        return;
    }
    makeCurrent();
    d->window->Finalize();
    d->window->SetReadyForRendering(false);
    doneCurrent();
    d->context = nullptr;
    d->surface = nullptr;
}

void VtkWidget::resizeGL(int width, int height) {
    const double ratio = devicePixelRatioF();
    const int w = static_cast<int>(std::lround(width * ratio));
    const int h = static_cast<int>(std::lround(height * ratio));
    d->window->SetSize(w, h);
    d->window->SetDPI(static_cast<int>(std::lround(72 * ratio)));
    d->renderWanted = true;
}

void VtkWidget::paintGL() {
    if (d->painting || !d->window->GetReadyForRendering()) {
        return;  // VTK's progress events may lead back here
    }
    d->painting = true;
    vtkOpenGLState* state = d->window->GetState();
    state->Reset();
    state->Push();
    if (d->renderWanted) {
        d->renderWanted = false;
        ++d->renderings;
        d->window->Render();
    }
    makeCurrent();  // rendering may have switched contexts
    auto* gl = QOpenGLVersionFunctionsFactory::get<QOpenGLFunctions_3_2_Core>(context());
    if (gl) {
        gl->glBindFramebuffer(GL_DRAW_FRAMEBUFFER, defaultFramebufferObject());
        const GLenum buffer = GL_COLOR_ATTACHMENT0;
        gl->glDrawBuffers(1, &buffer);
        state->ResetGLScissorState();
        state->vtkglDisable(GL_SCISSOR_TEST);
        gl->glDisable(GL_SCISSOR_TEST);
        const int* size = d->window->GetSize();
        d->window->BlitDisplayFramebuffer(0, 0, 0, size[0], size[1], 0, 0, size[0], size[1], GL_COLOR_BUFFER_BIT,
                                          GL_NEAREST);
        // Without this the widget is see-through where VTK left alpha 0 (Mesa, macOS).
        gl->glBindFramebuffer(GL_FRAMEBUFFER, defaultFramebufferObject());
        gl->glColorMask(GL_FALSE, GL_FALSE, GL_FALSE, GL_TRUE);
        gl->glClearColor(0, 0, 0, 1);
        gl->glClear(GL_COLOR_BUFFER_BIT);
        gl->glColorMask(GL_TRUE, GL_TRUE, GL_TRUE, GL_TRUE);
    }
    state->Pop();
    d->painting = false;
}

}  // namespace drdm
