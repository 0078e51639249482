#pragma once

#include "jobs/JobContext.h"
#include "network/DicomServer.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace drdm {

class ReceivedObjects;

/// Values of a query by tag (group << 16 | element), UTF-8.
using QueryKeys = std::map<std::uint32_t, std::string>;

/// What one side offers the other: a class of objects or a service, and the ways to encode it.
struct Offer {
    std::string sopClass;
    std::vector<std::string> syntaxes;
    bool weReceive = false;  ///< C-GET: the server sends us such objects over our own connection
};

/// How far the server is with sending what was asked for.
struct SubOperations {
    int remaining = 0, completed = 0, failed = 0, warnings = 0;
};

/// One conversation with a server, from its beginning (constructor) to its end (release(), or the destructor, which
/// breaks it off). Every call may throw Error in words for the user, or Cancelled within a moment.
class Association {
public:
    Association(const DicomServer& server, const std::vector<Offer>& offers, const JobContext& context);
    ~Association();
    Association(const Association&) = delete;
    Association& operator=(const Association&) = delete;

    void echo();
    /// C-FIND. `each` gets the values asked for; where it returns false the server is told to stop.
    void find(const std::string& model, const QueryKeys& keys, const std::function<bool(const QueryKeys&)>& each);
    /// C-GET; the objects go into `received`.
    SubOperations get(const std::string& model, const QueryKeys& keys, ReceivedObjects& received,
                      const std::function<void(const SubOperations&)>& progress);
    /// C-MOVE to our own title.
    SubOperations move(const std::string& model, const QueryKeys& keys,
                       const std::function<void(const SubOperations&)>& progress);
    /// C-STORE of one file. \return a warning of the server, or ""
    std::string store(const std::string& path);
    void release();

private:
    struct Private;
    std::unique_ptr<Private> d;
};

}  // namespace drdm
