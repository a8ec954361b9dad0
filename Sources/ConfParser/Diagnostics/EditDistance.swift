/// The candidate that is nearest to a word, if one is near enough: a third of its letters may be
/// wrong, missing, too many, or changed places.
func nearest(_ word: [UInt8], _ candidates: some Sequence<[UInt8]>) -> [UInt8]? {
    let word = word.lowercasedASCII
    guard word.count >= 2, word.count <= 64 else { return nil }
    var best: (distance: Int, name: [UInt8])?
    let limit = max(1, word.count / 3)
    for candidate in candidates {
        guard abs(candidate.count - word.count) <= limit else { continue }
        let lower = candidate.lowercasedASCII
        guard lower != word else { continue }
        let distance = editDistance(word, lower)
        guard distance <= limit else { continue }
        // The order of candidates may be a different one in each run.
        if let best,
            best.distance < distance
                || (best.distance == distance && best.name.lexicographicallyPrecedes(candidate))
        {
            continue
        }
        best = (distance, candidate)
    }
    return best?.name
}

/// Insertions, deletions, replacements and exchanges of neighbours that lead from one to the other.
private func editDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var beforeLast: [Int] = []
    var last = Array(0...right.count)
    for row in left.indices {
        var line = [row + 1]
        for column in right.indices {
            let cost = left[row] == right[column] ? 0 : 1
            var value = min(last[column] + cost, last[column + 1] + 1, line[column] + 1)
            if row > 0, column > 0, left[row] == right[column - 1],
                left[row - 1] == right[column]
            {
                value = min(value, beforeLast[column - 1] + 1)
            }
            line.append(value)
        }
        (beforeLast, last) = (last, line)
    }
    return last[right.count]
}
