#pragma once

#include <torch/types.h>

#include <functional>
#include <memory>
#include <string>

namespace drdm {

/// The processes that train one model together, each on its share of every batch (data-parallel, over LibTorch's c10d:
/// Gloo on the CPU, NCCL on CUDA). One process alone is a group of one, and every operation is then nothing.
class Workers {
public:
    /// As the variables RANK, WORLD_SIZE, MASTER_ADDR and MASTER_PORT say, which torchrun sets; rank and size also as
    /// Slurm (SLURM_PROCID, SLURM_STEP_NUM_TASKS) and Open MPI (OMPI_COMM_WORLD_RANK, …_SIZE) give them. Waits up to 5
    /// minutes for the others. \throws Error naming the variable that is missing or wrong, or what could not be
    /// reached.
    static Workers join();
    static Workers alone();
    ~Workers();
    Workers(Workers&&) noexcept;
    Workers& operator=(Workers&&) noexcept;

    [[nodiscard]] int rank() const { return m_rank; }
    [[nodiscard]] int size() const { return m_size; }
    [[nodiscard]] bool leads() const { return m_rank == 0; }
    /// "cuda" for a worker among several on one machine becomes "cuda:LOCAL_RANK".
    [[nodiscard]] std::string deviceFor(const std::string& device) const;

    /// Connects over what is right for the device of the tensors to come; once, before the operations below.
    void connect(const at::Device& device);
    /// Sum over all workers, in place. \throws Error if a worker is gone.
    void sum(at::Tensor& values) const;
    /// The values of worker 0, in place. \throws Error if a worker is gone.
    void fromFirst(at::Tensor& values) const;

private:
    struct Private;
    Workers(int rank, int size);
    void guarded(const std::function<void()>& operation) const;

    int m_rank;
    int m_size;
    std::unique_ptr<Private> d;
};

}  // namespace drdm
