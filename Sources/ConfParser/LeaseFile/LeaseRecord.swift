public import Wire

/// One item of a lease file, in the order of the file.
public enum LeaseFileItem: Sendable {
    case lease(LeaseRecord)
    case identityAssociation(IdentityAssociationRecord)
    case failoverState(FailoverStateRecord)
    case host(HostDeclaration)
    case group(GroupDeclaration)
    case classOf(ClassDeclaration)
    case subclass(SubclassDeclaration)
    /// One `iaaddr` or `iaprefix` that is complete, before the ``identityAssociation(_:)`` that
    /// holds it
    /// too: ISC looks for its pool, and complains, at this moment. The record may still be dropped.
    case binding(
        IdentityAssociationRecord.Kind, key: [UInt8], IdentityAssociationRecord.Binding)
    /// `server-duid`: the whole DUID.
    case serverDUID([UInt8])
    /// `authoring-byte-order`
    case byteOrder(isLittleEndian: Bool)
    /// To be logged here, before what the next items make the reader say.
    case message(ParseMessage)
}

/// `lease A { }` as written; what was not there has its bit in ``fields`` cleared.
public struct LeaseRecord: Hashable, Sendable {
    public var address: IPv4Address
    /// What stood in the record.
    public var fields: Fields
    public var starts: Timestamp
    public var ends: Timestamp
    public var tstp: Timestamp
    public var tsfp: Timestamp
    public var atsfp: Timestamp
    public var cltt: Timestamp
    /// Raw value of a binding state, 1 free to 7 backup (failover option 3); 0 when absent.
    public var bindingState: UInt8
    /// As ``bindingState``.
    public var nextBindingState: UInt8
    /// As ``bindingState``.
    public var rewindBindingState: UInt8
    /// `reserved;` (also as a state) 0x01, `dynamic-bootp;` 0x02.
    public var flags: UInt8
    public var hardware: HardwareAddress
    public var uid: [UInt8]
    /// Everything that few leases have.
    public var rare: Rare?

    public init(address: IPv4Address) {
        self.address = address
        fields = []
        (starts, ends, tstp, tsfp, atsfp, cltt) = (.none, .none, .none, .none, .none, .none)
        (bindingState, nextBindingState, rewindBindingState, flags) = (0, 0, 0, 0)
        hardware = .none
        uid = []
    }

    /// Which items a record had.
    public struct Fields: OptionSet, Hashable, Sendable {
        public var rawValue: UInt32

        public init(rawValue: UInt32) { self.rawValue = rawValue }

        public static let starts = Fields(rawValue: 1 << 0)
        public static let ends = Fields(rawValue: 1 << 1)
        public static let tstp = Fields(rawValue: 1 << 2)
        public static let tsfp = Fields(rawValue: 1 << 3)
        public static let atsfp = Fields(rawValue: 1 << 4)
        public static let cltt = Fields(rawValue: 1 << 5)
        public static let bindingState = Fields(rawValue: 1 << 6)
        public static let nextBindingState = Fields(rawValue: 1 << 7)
        public static let rewindBindingState = Fields(rawValue: 1 << 8)
        public static let hardware = Fields(rawValue: 1 << 9)
        public static let uid = Fields(rawValue: 1 << 10)
        public static let hostname = Fields(rawValue: 1 << 11)
        public static let billing = Fields(rawValue: 1 << 12)
        /// `class NAME;`, which means nothing.
        public static let classWord = Fields(rawValue: 1 << 15)
    }

    /// The fields that only some leases have.
    public struct Rare: Hashable, Sendable {
        /// `client-hostname`
        public var hostname: [UInt8] = []
        /// `option agent.…`: sub-options with code and length, in the order of the file.
        public var agentOptions: [UInt8] = []
        /// `set`, in the order of the file; a name that comes again replaces the value in place.
        public var variables: [Variable] = []
        /// Bodies of `on`, in the order of the file.
        public var bodies: [EventBody] = []
        /// `billing class` or `billing subclass`.
        public var billing: Billing?

        public init() {}
    }

    /// `set NAME = VALUE;`
    public struct Variable: Hashable, Sendable {
        public var name: [UInt8]
        public var value: Value

        public init(name: [UInt8], value: Value) {
            self.name = name
            self.value = value
        }

        /// The kinds that a lease file can hold.
        public enum Value: Hashable, Sendable {
            case data([UInt8])
            case number(UInt32)
            case boolean(Bool)
        }
    }

    /// `on EVENT { }`
    public struct EventBody: Hashable, Sendable {
        public var events: LeaseEvents
        public var statements: [Statement]

        public init(events: LeaseEvents, statements: [Statement]) {
            self.events = events
            self.statements = statements
        }
    }

    /// The class that a lease counts for.
    public struct Billing: Hashable, Sendable {
        public var className: [UInt8]
        /// `billing subclass`: the data of the subclass.
        public var subclassData: [UInt8]?

        public init(className: [UInt8], subclassData: [UInt8]?) {
            self.className = className
            self.subclassData = subclassData
        }
    }
}

/// `ia-na`, `ia-ta` or `ia-pd` of a DHCPv6 lease file.
public struct IdentityAssociationRecord: Hashable, Sendable {
    public var kind: Kind
    /// Four bytes IAID in the byte order of the machine that wrote them, then the DUID.
    public var key: [UInt8]
    public var cltt: Timestamp
    public var bindings: [Binding]

    public init(kind: Kind, key: [UInt8]) {
        self.kind = kind
        self.key = key
        cltt = .none
        bindings = []
    }

    /// The three kinds of identity association.
    public enum Kind: Sendable {
        case na, ta, pd
    }

    /// `iaaddr A { }` or `iaprefix A/N { }`
    public struct Binding: Hashable, Sendable {
        public var address: IPv6Bytes
        /// 128 for an address.
        public var length: UInt8
        /// Raw value of a binding state: 1 free, 2 active, 3 expired, 4 released, 5 abandoned.
        public var state: UInt8
        public var preferredLife: UInt32
        public var maxLife: UInt32
        public var ends: Timestamp
        public var variables: [LeaseRecord.Variable]
        public var bodies: [LeaseRecord.EventBody]

        public init(address: IPv6Bytes, length: UInt8) {
            self.address = address
            self.length = length
            (state, preferredLife, maxLife) = (0, 0, 0)
            ends = .none
            variables = []
            bodies = []
        }
    }
}
