/// Numbers of objects: one counter for the whole server, from 1; an object keeps its number until
/// it is removed.
///
/// There are only so many at a time. Who has shown more gets the oldest ones taken back: a client
/// that still has such a number hears that there is no matching handle, and opens the object anew.
struct OmapiHandles: Sendable {
    private var byObject: [OmapiObject: UInt32] = [:]
    private var byHandle: [UInt32: OmapiObject] = [:]
    private var last: UInt32 = 0
    /// The oldest number that may still be in use.
    private var oldest: UInt32 = 1

    static let limit = 1 << 17

    var count: Int { byObject.count }

    /// The object's handle; a new one when it is shown for the first time.
    mutating func handle(_ object: OmapiObject) -> UInt32 {
        if let known = byObject[object] { return known }
        if byObject.count >= Self.limit { forgetOldest() }
        last &+= 1
        // After four thousand million handles the first come again; 0 means none.
        if last == 0 { last = 1 }
        byObject[object] = last
        byHandle[last] = object
        return last
    }

    func object(_ handle: UInt32) -> OmapiObject? { byHandle[handle] }

    mutating func forget(_ object: OmapiObject) {
        guard let handle = byObject.removeValue(forKey: object) else { return }
        byHandle[handle] = nil
    }

    /// Keys stay: connections know them by their numbers, and there are few.
    private mutating func forgetOldest() {
        while oldest != last {
            defer { oldest &+= 1 }
            guard let object = byHandle[oldest] else { continue }
            if case .authenticator = object { continue }
            forget(object)
            return
        }
    }

    /// Objects have other names after a reload; those without one are gone.
    mutating func rename(_ name: (OmapiObject) -> OmapiObject?) {
        let former = byHandle
        (byObject, byHandle) = ([:], [:])
        for (handle, object) in former {
            guard let object = name(object) else { continue }
            byObject[object] = handle
            byHandle[handle] = object
        }
    }
}
