#pragma once

#include <QObject>

#include <functional>
#include <vector>

/// Each test class of this program registers itself; main() runs them all.
inline std::vector<std::function<QObject*()>>& modelTests() {
    static std::vector<std::function<QObject*()>> tests;
    return tests;
}

template <typename Test>
struct RegisterModelTest {
    RegisterModelTest() {
        modelTests().push_back([] { return new Test; });
    }
};
