/// Finds what was probably meant: for messages about unknown options, fields and names.
public enum Spelling {
    /// The candidate nearest to `word`, if it is near enough to be worth offering; else one that `word` begins.
    public static func nearest(to word: String, in candidates: [String]) -> String? {
        let word = Array(word.lowercased().utf8)
        guard word.count <= 64 else { return nil }
        var best: (distance: Int, candidate: String)?
        for candidate in candidates {
            let letters = Array(candidate.lowercased().utf8)
            let distance = distance(word, letters)
            guard distance <= min(3, max(1, min(word.count, letters.count) / 2)) else { continue }
            if best == nil || distance < best!.distance { best = (distance, candidate) }
        }
        return best?.candidate ?? (word.count < 4 ? nil : candidates.first { $0.lowercased().utf8.starts(with: word) })
    }

    /// Edits (insert, delete, replace, swap of neighbours) that turn one into the other: the optimal string alignment
    /// distance.
    static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
        var beforeLast = [Int]()
        var last = Array(0...b.count)
        for i in 0..<a.count {
            var row = [i + 1] + [Int](repeating: 0, count: b.count)
            for j in 0..<b.count {
                row[j + 1] = min(last[j] + (a[i] == b[j] ? 0 : 1), last[j + 1] + 1, row[j] + 1)
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
                    row[j + 1] = min(row[j + 1], beforeLast[j - 1] + 1)
                }
            }
            (beforeLast, last) = (last, row)
        }
        return last[b.count]
    }
}
