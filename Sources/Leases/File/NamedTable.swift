/// Values by name, in the order in which they came; changing one moves it to the end.
struct NamedTable<Value: Sendable>: Sendable {
    private var slots: [(name: [UInt8], value: Value)?] = []
    private var places: [[UInt8]: Int] = [:]

    var isEmpty: Bool { places.isEmpty }
    var count: Int { places.count }
    var values: [Value] { slots.compactMap { $0?.value } }

    subscript(name: [UInt8]) -> Value? { places[name].flatMap { slots[$0]?.value } }

    mutating func set(_ name: [UInt8], _ value: Value) {
        remove(name)
        places[name] = slots.count
        slots.append((name, value))
    }

    mutating func remove(_ name: [UInt8]) {
        guard let place = places.removeValue(forKey: name) else { return }
        slots[place] = nil
        // Empty places are closed once they are the most.
        guard slots.count > 64, slots.count > 2 * places.count else { return }
        slots.removeAll { $0 == nil }
        for (place, slot) in slots.enumerated() {
            if let slot { places[slot.name] = place }
        }
    }
}
