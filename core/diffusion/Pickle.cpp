#include "diffusion/Pickle.h"

#include "errors/Error.h"

#include <cstring>
#include <deque>
#include <string_view>
#include <variant>

namespace drdm {

namespace {

struct Object;
using Ref = Object*;

struct Mark {};
struct None {};
struct Global {
    std::string name;  ///< "module attribute"
};
struct Storage {
    std::string type, key;
    std::int64_t count = 0;
};
struct List {
    std::vector<Ref> items;
    bool tuple = false;
};
struct Dict {
    std::vector<std::pair<Ref, Ref>> items;
};

struct Object {
    std::variant<None, Mark, bool, std::int64_t, double, std::string, Global, Storage, List, Dict, PickledTensor> value;
};

constexpr std::size_t mostObjects = 1'000'000;
constexpr std::size_t mostAxes = 8;
constexpr std::size_t longestName = 1000;
constexpr std::int64_t largestStorage = std::int64_t{1} << 40;

/// Every index must stay inside the storage, and no number of it be told twice.
void requireInside(const PickledTensor& tensor) {
    if (tensor.sizes.size() != tensor.strides.size() || tensor.sizes.size() > mostAxes || tensor.offset < 0 ||
        tensor.offset > tensor.storageCount) {
        throw Error("a tensor's shape and strides do not fit");
    }
    std::int64_t last = tensor.offset;
    std::int64_t count = 1;
    for (std::size_t i = 0; i < tensor.sizes.size(); ++i) {
        const std::int64_t size = tensor.sizes[i];
        const std::int64_t stride = tensor.strides[i];
        if (size < 0 || stride < 0 || size > tensor.storageCount || stride > tensor.storageCount + 1 ||
            (size > 1 && stride > tensor.storageCount / (size - 1)) ||
            (size > 0 && count > tensor.storageCount / size)) {
            throw Error("a tensor's shape does not fit its storage");
        }
        count *= size;
        last += size > 0 ? (size - 1) * stride : 0;
    }
    if (count > 0 && last >= tensor.storageCount) {
        throw Error("a tensor reaches beyond its storage; the file is damaged");
    }
}

/// The virtual machine of the pickle format, reduced to what a dictionary of tensors needs.
class Unpickler {
public:
    explicit Unpickler(std::string_view data) : m_data(data) {}

    std::map<std::string, PickledTensor> stateDict() {
        const auto* dict = std::get_if<Dict>(&run()->value);
        if (dict == nullptr) {
            throw Error(std::string("it does not hold a dictionary of tensors; ") + pthRemedy);
        }
        std::map<std::string, PickledTensor> tensors;
        for (const auto& [key, value] : dict->items) {
            const auto* name = std::get_if<std::string>(&key->value);
            const auto* tensor = std::get_if<PickledTensor>(&value->value);
            if (name == nullptr || tensor == nullptr) {
                throw Error("its entry " + (name == nullptr ? std::string("(unnamed)") : "'" + *name + "'") +
                            " is not a tensor; " + pthRemedy);
            }
            tensors[*name] = *tensor;
        }
        return tensors;
    }

private:
    Ref run() {
        while (true) {
            const auto code = static_cast<unsigned char>(byte());
            if (code == '.') {
                return pop();
            }
            execute(code);
        }
    }

    void execute(unsigned char code) {
        switch (code) {
            case 0x80:
                byte();
                break;  // PROTO
            case 0x95:
                number(8);
                break;  // FRAME
            case '(':
                push(Mark{});
                break;  // MARK
            case '}':
                push(Dict{});
                break;  // EMPTY_DICT
            case ']':
                push(List{});
                break;  // EMPTY_LIST
            case ')':
                push(List{{}, true});
                break;  // EMPTY_TUPLE
            case 'N':
                push(None{});
                break;  // NONE
            case 0x88:
                push(true);
                break;  // NEWTRUE
            case 0x89:
                push(false);
                break;  // NEWFALSE
            case 'K':
                push(static_cast<std::int64_t>(number(1)));
                break;  // BININT1
            case 'M':
                push(static_cast<std::int64_t>(number(2)));
                break;  // BININT2
            case 'J':
                push(static_cast<std::int64_t>(static_cast<std::int32_t>(number(4))));
                break;  // BININT
            case 0x8a:
                push(longInteger());
                break;  // LONG1
            case 'G':
                push(bigEndianDouble());
                break;  // BINFLOAT
            case 'X':
                push(take(number(4)));
                break;  // BINUNICODE
            case 0x8c:
                push(take(number(1)));
                break;  // SHORT_BINUNICODE
            case 'c':
                global();
                break;  // GLOBAL
            case 0x93:
                stackGlobal();
                break;  // STACK_GLOBAL
            case 'q':
                remember(number(1));
                break;  // BINPUT
            case 'r':
                remember(number(4));
                break;  // LONG_BINPUT
            case 0x94:
                remember(m_memo.size());
                break;  // MEMOIZE
            case 'h':
                recall(number(1));
                break;  // BINGET
            case 'j':
                recall(number(4));
                break;  // LONG_BINGET
            case 0x85:
                tuple(1);
                break;  // TUPLE1
            case 0x86:
                tuple(2);
                break;  // TUPLE2
            case 0x87:
                tuple(3);
                break;  // TUPLE3
            case 't':
                push(List{popToMark(), true});
                break;  // TUPLE
            case 'Q':
                persistent();
                break;  // BINPERSID
            case 'R':
                reduce();
                break;  // REDUCE
            case 'b':
                pop();
                break;  // BUILD: _metadata, ignored
            case 's':
                setItems({at(1), at(0)}, 2);
                break;  // SETITEM
            case 'u':
                setItemsToMark();
                break;  // SETITEMS
            case 'a':
                append();
                break;  // APPEND
            case 'e':
                appends();
                break;  // APPENDS
            default:
                throw Error("it holds more than a dictionary of tensors (pickle operation " + std::to_string(code) +
                            "); " + pthRemedy);
        }
    }

    template <typename T>
    void push(T value) {
        if (m_objects.size() >= mostObjects) {
            throw Error("its pickle holds more than " + std::to_string(mostObjects) + " objects; " + pthRemedy);
        }
        m_objects.push_back({std::move(value)});
        m_stack.push_back(&m_objects.back());
    }

    Ref pop() {
        if (m_stack.empty()) {
            throw Error("its pickle is damaged (empty stack)");
        }
        const Ref top = m_stack.back();
        m_stack.pop_back();
        return top;
    }

    Ref at(std::size_t fromTop) {
        if (m_stack.size() <= fromTop) {
            throw Error("its pickle is damaged (empty stack)");
        }
        return m_stack[m_stack.size() - 1 - fromTop];
    }

    char byte() {
        if (m_position >= m_data.size()) {
            throw Error("its pickle ends early; the file is truncated");
        }
        return m_data[m_position++];
    }

    std::uint64_t number(int bytes) {
        std::uint64_t value = 0;
        for (int i = 0; i < bytes; ++i) {
            value |= static_cast<std::uint64_t>(static_cast<unsigned char>(byte())) << (8 * i);
        }
        return value;
    }

    std::int64_t longInteger() {
        const auto length = number(1);
        if (length > 8) {
            throw Error("it holds an integer of more than 64 bits");
        }
        auto value = number(static_cast<int>(length));
        if (length > 0 && length < 8 && ((value >> (8 * length - 1)) & 1U) != 0) {
            value |= ~std::uint64_t{0} << (8 * length);
        }
        return static_cast<std::int64_t>(value);
    }

    double bigEndianDouble() {
        std::uint64_t bits = 0;
        for (int i = 0; i < 8; ++i) {
            bits = (bits << 8) | static_cast<unsigned char>(byte());
        }
        double value = 0;
        std::memcpy(&value, &bits, sizeof value);
        return value;
    }

    std::string take(std::uint64_t length) {
        if (length > m_data.size() - m_position) {
            throw Error("its pickle ends early; the file is truncated");
        }
        std::string text(m_data.substr(m_position, length));
        m_position += length;
        return text;
    }

    std::string line() {
        const auto end = m_data.find('\n', m_position);
        if (end == std::string::npos) {
            throw Error("its pickle ends early; the file is truncated");
        }
        std::string text(m_data.substr(m_position, end - m_position));
        m_position = end + 1;
        return text;
    }

    void global() {
        const auto module = line();
        pushGlobal(module, line());
    }

    void stackGlobal() {
        const auto attribute = pop();
        const auto module = pop();
        pushGlobal(text(module), text(attribute));
    }

    void pushGlobal(const std::string& module, const std::string& attribute) {
        if (module.size() + attribute.size() > longestName) {
            throw Error("its pickle is damaged (a name of " + std::to_string(module.size() + attribute.size()) +
                        " letters)");
        }
        push(Global{module + " " + attribute});
    }

    void remember(std::uint64_t index) { m_memo[index] = at(0); }

    void recall(std::uint64_t index) {
        const auto found = m_memo.find(index);
        if (found == m_memo.end()) {
            throw Error("its pickle is damaged (unknown memo)");
        }
        m_stack.push_back(found->second);
    }

    void tuple(std::size_t count) {
        std::vector<Ref> items(count);
        for (auto i = count; i-- > 0;) {
            items[i] = pop();
        }
        push(List{std::move(items), true});
    }

    std::vector<Ref> popToMark() {
        std::vector<Ref> items;
        while (true) {
            auto top = pop();
            if (std::holds_alternative<Mark>(top->value)) {
                break;
            }
            items.push_back(std::move(top));
        }
        return {items.rbegin(), items.rend()};
    }

    void setItems(const std::vector<Ref>& items, int popCount) {
        for (int i = 0; i < popCount; ++i) {
            pop();
        }
        auto* dict = std::get_if<Dict>(&at(0)->value);
        if (dict == nullptr || items.size() % 2 != 0) {
            throw Error("its pickle is damaged (items without a dictionary)");
        }
        for (std::size_t i = 0; i < items.size(); i += 2) {
            dict->items.emplace_back(items[i], items[i + 1]);
        }
    }

    void setItemsToMark() {
        const auto items = popToMark();
        setItems(items, 0);
    }

    void append() {
        auto item = pop();
        auto* list = std::get_if<List>(&at(0)->value);
        if (list == nullptr) {
            throw Error("its pickle is damaged (append without a list)");
        }
        list->items.push_back(std::move(item));
    }

    void appends() {
        auto items = popToMark();
        auto* list = std::get_if<List>(&at(0)->value);
        if (list == nullptr) {
            throw Error("its pickle is damaged (append without a list)");
        }
        list->items.insert(list->items.end(), items.begin(), items.end());
    }

    /// ('storage', torch.FloatStorage, key, device, count): every device becomes the CPU.
    void persistent() {
        const auto id = pop();
        const auto* list = std::get_if<List>(&id->value);
        if (list == nullptr || list->items.size() < 5 || text(list->items[0]) != "storage") {
            throw Error(std::string("it refers to something that is not a tensor's storage; ") + pthRemedy);
        }
        const auto* type = std::get_if<Global>(&list->items[1]->value);
        const auto* count = std::get_if<std::int64_t>(&list->items[4]->value);
        if (type == nullptr || count == nullptr || *count < 0 || *count > largestStorage) {
            throw Error(std::string("it holds a storage of an unknown type; ") + pthRemedy);
        }
        push(Storage{type->name, text(list->items[2]), *count});
    }

    void reduce() {
        const auto arguments = pop();
        const auto callee = pop();
        const auto* function = std::get_if<Global>(&callee->value);
        const auto* list = std::get_if<List>(&arguments->value);
        if (function == nullptr || list == nullptr) {
            throw Error("its pickle is damaged (call of a value)");
        }
        if (function->name == "collections OrderedDict") {
            push(Dict{});
        } else if (function->name == "torch._utils _rebuild_tensor_v2") {
            push(rebuild(list->items));
        } else {
            throw Error("it is a pickled Python object that wants to call '" + function->name +
                        "', not a plain dictionary of tensors; nothing of it was run: " + pthRemedy);
        }
    }

    static PickledTensor rebuild(const std::vector<Ref>& a) {
        const auto* storage = a.size() < 4 ? nullptr : std::get_if<Storage>(&a[0]->value);
        const auto* offset = a.size() < 4 ? nullptr : std::get_if<std::int64_t>(&a[1]->value);
        if (storage == nullptr || offset == nullptr) {
            throw Error("its pickle is damaged (a tensor without storage)");
        }
        PickledTensor tensor{storage->type, storage->key, storage->count, *offset, integers(a[2]), integers(a[3])};
        requireInside(tensor);
        return tensor;
    }

    static std::vector<std::int64_t> integers(const Ref& object) {
        const auto* list = std::get_if<List>(&object->value);
        if (list == nullptr) {
            throw Error("its pickle is damaged (a shape that is no tuple)");
        }
        std::vector<std::int64_t> numbers;
        for (const auto& item : list->items) {
            const auto* number = std::get_if<std::int64_t>(&item->value);
            if (number == nullptr) {
                throw Error("its pickle is damaged (a size that is no integer)");
            }
            numbers.push_back(*number);
        }
        return numbers;
    }

    static const std::string& text(const Ref& object) {
        const auto* value = std::get_if<std::string>(&object->value);
        if (value == nullptr) {
            throw Error("its pickle is damaged (text expected)");
        }
        return *value;
    }

    std::string_view m_data;
    std::size_t m_position = 0;
    std::deque<Object> m_objects;  ///< all of them: they may refer to each other in circles
    std::vector<Ref> m_stack;
    std::map<std::uint64_t, Ref> m_memo;
};

}  // namespace

std::map<std::string, PickledTensor> unpickleStateDict(std::string_view pickle) {
    return Unpickler(pickle).stateDict();
}

}  // namespace drdm
