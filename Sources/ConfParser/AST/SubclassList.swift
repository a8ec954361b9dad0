/// Subclasses of one class that follow each other without blocks, each `subclass "NAME" DATA;`.
///
/// A file may have a hundred thousand of them, mostly hardware addresses: here each needs its bytes
/// and four more.
public struct SubclassList: Hashable, Sendable {
    /// Name of the class they belong to.
    public let className: [UInt8]
    /// The data of all, one behind the other.
    private var bytes: [UInt8] = []
    /// Where in ``bytes`` the data of each end.
    private var ends: [UInt32] = []

    init(of className: [UInt8]) { self.className = className }

    /// How many there are.
    public var count: Int { ends.count }
    /// Longer lists are continued by another one.
    var isFull: Bool { bytes.count > 1 << 30 }

    /// - Precondition: not ``isFull``, and `data` come from a file that was read.
    mutating func append(_ data: [UInt8]) {
        bytes += data
        ends.append(UInt32(clamping: bytes.count))
    }

    /// What the class's `match` must give for one of them.
    /// - Parameter index: below ``count``.
    public func data(at index: Int) -> ArraySlice<UInt8> {
        bytes[(index == 0 ? 0 : Int(ends[index - 1]))..<Int(ends[index])]
    }

    /// Each by itself.
    public var declarations: [SubclassDeclaration] {
        (0..<count).map {
            SubclassDeclaration(className: className, data: Array(data(at: $0)), position: .none)
        }
    }

    /// Leaves those out for whose data `isGone` is true.
    public mutating func removeAll(where isGone: ([UInt8]) -> Bool) {
        var rest = SubclassList(of: className)
        for index in 0..<count {
            let data = Array(data(at: index))
            if !isGone(data) { rest.append(data) }
        }
        self = rest
    }
}

extension Scope {
    /// The subclasses directly in this scope.
    public var subclasses: [SubclassDeclaration] {
        var all: [SubclassDeclaration] = []
        for declaration in declarations {
            switch declaration {
            case .subclass(let one): all.append(one)
            case .subclasses(let list): all += list.declarations
            default: break
            }
        }
        return all
    }
}
