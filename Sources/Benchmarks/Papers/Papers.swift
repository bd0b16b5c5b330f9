internal import Foundation

/// The tables and figures of the papers whose models Apus quotes with, computed anew.
public enum Papers {
    public struct Settings: Sendable {
        public var seed: UInt64 = 1
        /// Paths of each simulated strategy; the 2008 paper has 1,000.
        public var paths = 100_000
        /// Where real recordings are; rows that need one are left out without.
        public var dataFolder: String

        public init(dataFolder: String? = nil) {
            self.dataFolder = dataFolder ?? getenv("APUS_DATA").map { String(cString: $0) } ?? "../shared/data"
        }
    }

    public static func run(_ settings: Settings, progress: (String) -> Void) -> [PaperRow] {
        var rows: [PaperRow] = []
        progress("simulating the tables of 2008")
        rows += AvellanedaStoikovTables.rows(seed: settings.seed, paths: settings.paths)
        progress("solving the figures of 2013")
        rows += GLFTFigures.rows()
        progress("fitting the intensity of recorded trades")
        rows += RecordedIntensity.rows(dataFolder: settings.dataFolder)
        return rows
    }

    /// The rows as JSON.
    public static func json(_ rows: [PaperRow]) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(rows) else { return "[]" }
        return String(decoding: data, as: UTF8.self)
    }
}

/// The rows as Markdown.
public enum PaperTable {
    public static func text(_ rows: [PaperRow]) -> String {
        var lines = ["| paper | what | published | ours | s.e. | verdict |", "|---|---|---:|---:|---:|---|"]
        for row in rows {
            let cells = [
                row.paper, row.item, short(row.published), short(row.ours),
                row.standardError > 0 ? short(row.standardError) : "-", row.verdict,
            ]
            lines.append("| \(cells.joined(separator: " | ")) |")
        }
        return lines.joined(separator: "\n")
    }

    static func decimals(_ value: Double, _ count: Int) -> String { String(format: "%.\(count)f", value) }
    static func short(_ value: Double) -> String { String(format: "%.6g", value) }
}
