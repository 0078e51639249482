#pragma once

#include "diffusion/Network.h"
#include "diffusion/SafeTensors.h"
#include "diffusion/Workers.h"

#include <map>
#include <string>
#include <vector>

namespace drdm {

/// Adam (Kingma and Ba 2015) over named tensors, with the moving average of the weights; its whole state can be written
/// and read, so that a resumed run takes the same steps.
class Optimiser {
public:
    explicit Optimiser(Network& network);

    void step(double rate, long long number);
    void clearGradients();
    /// The gradients become their mean over the workers.
    void shareGradients(const Workers& workers);
    /// Weights and moments become those of worker 0.
    void takeFromFirst(const Workers& workers);

    /// The averaged weights as a network on the CPU.
    [[nodiscard]] Network averaged() const;

    void write(SafeTensors& file) const;
    void read(const SafeTensors& file);  ///< \throws Error if it does not fit the network

private:
    void clip();

    Network& m_network;
    std::vector<std::string> m_names;
    std::map<std::string, at::Tensor> m_first, m_second, m_average;
};

}  // namespace drdm
