/// Numbers of objects: one counter for the whole server, from 1; an object keeps its number until
/// it is removed.
struct OmapiHandles: Sendable {
    private var byObject: [OmapiObject: UInt32] = [:]
    private var byHandle: [UInt32: OmapiObject] = [:]
    private var last: UInt32 = 0

    /// The object's handle; a new one when it is shown for the first time.
    mutating func handle(_ object: OmapiObject) -> UInt32 {
        if let known = byObject[object] { return known }
        last &+= 1
        byObject[object] = last
        byHandle[last] = object
        return last
    }

    func object(_ handle: UInt32) -> OmapiObject? { byHandle[handle] }

    mutating func forget(_ object: OmapiObject) {
        guard let handle = byObject.removeValue(forKey: object) else { return }
        byHandle[handle] = nil
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
