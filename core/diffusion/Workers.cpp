#include "diffusion/Workers.h"

#include "errors/Error.h"
#include "parameters/NumberFromText.h"

#include <torch/torch.h>

#ifdef DRDM_GLOO
#include <torch/csrc/distributed/c10d/PrefixStore.hpp>
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>
#endif
#ifdef DRDM_NCCL
#include <torch/csrc/distributed/c10d/PrefixStore.hpp>
#include <torch/csrc/distributed/c10d/ProcessGroupNCCL.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>
#endif

#include <array>
#include <chrono>
#include <cstdlib>
#include <optional>

namespace drdm {

namespace {

constexpr auto patience = std::chrono::minutes(5);

std::string variable(const char* name) {
    const char* const value = std::getenv(name);
    return value == nullptr ? std::string() : std::string(value);
}

/// The first of these variables that is set, as a number.
std::optional<int> number(const std::array<const char*, 3>& names, int smallest, int largest) {
    for (const char* name : names) {
        const auto text = variable(name);
        if (text.empty()) {
            continue;
        }
        const auto value = numberFromText<int>(text);
        if (!value || *value < smallest || *value > largest) {
            throw Error(std::string(name) + " is '" + text + "'; a whole number from " + std::to_string(smallest) +
                        " to " + std::to_string(largest) + " was expected");
        }
        return value;
    }
    return std::nullopt;
}

constexpr int mostWorkers = 65536;

}  // namespace

#if defined(DRDM_GLOO) || defined(DRDM_NCCL)

namespace {

/// Where the workers find each other: worker 0 serves it, unless torchrun does.
c10::intrusive_ptr<c10d::Store> meetingPlace(int rank, int size) {
    const auto address = variable("MASTER_ADDR");
    const auto port = number({"MASTER_PORT", "MASTER_PORT", "MASTER_PORT"}, 1, 65535);
    if (address.empty() || !port) {
        throw Error("training with " + std::to_string(size) +
                    " workers needs MASTER_ADDR and MASTER_PORT: the machine of worker 0 and a free port there");
    }
    c10d::TCPStoreOptions options;
    options.port = static_cast<std::uint16_t>(*port);
    options.isServer = rank == 0 && variable("TORCHELASTIC_USE_AGENT_STORE") != "True";
    options.numWorkers = static_cast<std::size_t>(size);
    options.waitWorkers = false;
    options.timeout = patience;
    const auto attempt = variable("TORCHELASTIC_RESTART_COUNT");
    return c10::make_intrusive<c10d::PrefixStore>("drdm/" + (attempt.empty() ? "0" : attempt),
                                                  c10::make_intrusive<c10d::TCPStore>(address, options));
}

#ifdef DRDM_GLOO
std::shared_ptr<gloo::transport::Device> networkDevice() {
    const auto interface = variable("GLOO_SOCKET_IFNAME");
    if (!interface.empty()) {
        return c10d::ProcessGroupGloo::createDeviceForInterface(interface);
    }
    const auto address = variable("MASTER_ADDR");
    if (address == "127.0.0.1" || address == "localhost") {
        return c10d::ProcessGroupGloo::createDeviceForHostname("127.0.0.1");
    }
    return c10d::ProcessGroupGloo::createDefaultDevice();
}
#endif

}  // namespace

struct Workers::Private {
    c10::intrusive_ptr<c10d::Store> store;
#ifdef DRDM_GLOO
    c10::intrusive_ptr<c10d::ProcessGroupGloo> gloo;
#endif
#ifdef DRDM_NCCL
    c10::intrusive_ptr<c10d::ProcessGroupNCCL> nccl;
#endif

    /// Runs `operation` on whichever group there is.
    template <typename Operation>
    void run(const Operation& operation) const {
#ifdef DRDM_NCCL
        if (nccl) {
            operation(*nccl)->wait();
            return;
        }
#endif
#ifdef DRDM_GLOO
        operation(*gloo)->wait();
#endif
    }
};

void Workers::connect(const at::Device& device) {
    if (m_size == 1) {
        return;
    }
    guarded([&] {
        d = std::make_unique<Private>();
        d->store = meetingPlace(m_rank, m_size);
        if (device.is_cuda()) {
#ifdef DRDM_NCCL
            d->nccl = c10::make_intrusive<c10d::ProcessGroupNCCL>(d->store, m_rank, m_size);
            return;
#else
            throw Error("this program was built without NCCL; train on several GPUs with one that was");
#endif
        }
#ifdef DRDM_GLOO
        const auto options = c10d::ProcessGroupGloo::Options::create();
        options->timeout = patience;
        options->devices.push_back(networkDevice());
        d->gloo = c10::make_intrusive<c10d::ProcessGroupGloo>(d->store, m_rank, m_size, options);
#else
        throw Error("this program was built without Gloo; train with several workers on the CPU with one that was");
#endif
    });
}

void Workers::sum(at::Tensor& values) const {
    if (m_size > 1) {
        std::vector<at::Tensor> list{values};
        guarded([&] { d->run([&list](auto& group) { return group.allreduce(list); }); });
    }
}

void Workers::fromFirst(at::Tensor& values) const {
    if (m_size > 1) {
        std::vector<at::Tensor> list{values};
        guarded([&] { d->run([&list](auto& group) { return group.broadcast(list); }); });
    }
}

#else

struct Workers::Private {};

void Workers::connect(const at::Device&) {
    if (m_size > 1) {
        throw Error("this program was built without Gloo and NCCL and cannot train with several workers");
    }
}
void Workers::sum(at::Tensor&) const {}
void Workers::fromFirst(at::Tensor&) const {}

#endif

Workers::Workers(int rank, int size) : m_rank(rank), m_size(size) {}
Workers::~Workers() = default;
Workers::Workers(Workers&&) noexcept = default;
Workers& Workers::operator=(Workers&&) noexcept = default;

Workers Workers::alone() {
    return {0, 1};
}

Workers Workers::join() {
    const auto size = number({"WORLD_SIZE", "SLURM_STEP_NUM_TASKS", "OMPI_COMM_WORLD_SIZE"}, 1, mostWorkers);
    if (size.value_or(1) == 1) {
        return alone();
    }
    const auto rank = number({"RANK", "SLURM_PROCID", "OMPI_COMM_WORLD_RANK"}, 0, *size - 1);
    if (!rank) {
        throw Error("there are to be " + std::to_string(*size) + " workers, but RANK (0 to " +
                    std::to_string(*size - 1) + ") does not say which this one is");
    }
    return {*rank, *size};
}

std::string Workers::deviceFor(const std::string& device) const {
    const auto local = number({"LOCAL_RANK", "SLURM_LOCALID", "OMPI_COMM_WORLD_LOCAL_RANK"}, 0, mostWorkers);
    const bool any = device == "cuda" || ((device == "auto" || device.empty()) && torch::cuda::is_available());
    return m_size > 1 && local && any ? "cuda:" + std::to_string(*local) : device;
}

void Workers::guarded(const std::function<void()>& operation) const {
    try {
        operation();
    } catch (const Error&) {
        throw;
    } catch (const std::exception& problem) {
        const std::string text = problem.what();
        throw Error("worker " + std::to_string(m_rank) + " of " + std::to_string(m_size) +
                    " lost or did not find the others (" + text.substr(0, text.find('\n')) +
                    "); when all are there again, --resume goes on from the last checkpoint");
    }
}

}  // namespace drdm
