#include "io/Deidentification.h"

#include "io/Uid.h"

#include <algorithm>
#include <cstdio>
#include <random>

namespace drdm {

std::string Deidentification::uid(const std::string& original) {
    if (original.empty() || original.starts_with("1.2.840.10008.")) {
        return original;
    }
    const std::lock_guard lock(m_mutex);
    if (m_own.contains(original)) {
        return original;
    }
    auto [found, isNew] = m_uids.try_emplace(original);
    if (isNew) {
        found->second = newUid();
        m_own.insert(found->second);  // given twice, it is not mapped twice
    }
    return found->second;
}

void Deidentification::keepUid(const std::string& own) {
    const std::lock_guard lock(m_mutex);
    m_own.insert(own);
}

std::string Deidentification::patient(const std::string& id, const std::string& name) {
    const std::lock_guard lock(m_mutex);
    auto [found, isNew] = m_patients.try_emplace(id + '\n' + name);
    if (isNew) {
        std::random_device device;
        char text[32];
        std::snprintf(text, sizeof text, "ANON-%08X", device());
        found->second = text;
    }
    return found->second;
}

void Deidentification::warn(const std::string& text) {
    const std::lock_guard lock(m_mutex);
    if (std::find(m_warnings.begin(), m_warnings.end(), text) == m_warnings.end()) {
        m_warnings.push_back(text);
    }
}

std::vector<std::string> Deidentification::warnings() const {
    const std::lock_guard lock(m_mutex);
    return m_warnings;
}

}  // namespace drdm
