internal import Foundation

extension Benchmarks {
    /// The rows as Markdown, under a line about the machine. `date` is the caller's, as it should read.
    public static func table(_ rows: [BenchmarkRow], date: String) -> String {
        var lines = [
            Machine.description(date: date), "",
            "| row | Apus: median (min–max) | budget | met | reference: median (min–max) | Apus ÷ reference |",
            "|---|---|---|---|---|---|",
        ]
        lines += rows.map(line)
        lines += ["", "What each row leaves out:", ""]
        for row in rows {
            let checksum = row.checksum.map { " Checksum \($0)." } ?? ""
            let times = row.repetitions > 0 ? " \(row.repetitions) repetitions." : ""
            let remark = row.ours == nil ? "" : row.remark.map { " \($0)" } ?? ""
            lines.append("- **\(row.name)**: \(row.excludes)\(times)\(remark)\(checksum)")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func line(_ row: BenchmarkRow) -> String {
        let ours = row.ours.map { text($0, row.unit) } ?? row.remark ?? "not measured"
        let references = row.references.map { "\($0.name): \(text($0.spread, row.unit))" }.joined(separator: "<br>")
        let ratios = row.references.map { "\(text($0.ratio)) ×" }.joined(separator: "<br>")
        let met = row.isWithinBudget.map { $0 ? "yes" : "**no**" } ?? "–"
        return "| \(row.name) | \(ours) | \(budget(row)) | \(met) | \(references) | \(ratios) |"
    }

    private static func budget(_ row: BenchmarkRow) -> String {
        guard let budget = row.budget else { return "–" }
        switch budget.measure {
        case .median: return "≤ \(text(budget.limit)) \(row.unit)"
        case .ratio: return "≤ \(text(budget.limit)) × reference"
        }
    }

    private static func text(_ spread: BenchmarkRow.Spread, _ unit: String) -> String {
        "\(text(spread.median)) \(unit) (\(text(spread.minimum))–\(text(spread.maximum)))"
    }

    /// Three significant digits, whole numbers from a hundred up.
    static func text(_ value: Double) -> String {
        if value == value.rounded(), abs(value) < 100 { return String(Int(value)) }
        if abs(value) >= 100 { return grouped(Int(value.rounded())) }
        return String(format: abs(value) >= 10 ? "%.1f" : "%.2f", value)
    }

    private static func grouped(_ value: Int) -> String {
        var digits = Array(String(value.magnitude))
        var position = digits.count - 3
        while position > 0 {
            digits.insert(",", at: position)
            position -= 3
        }
        return (value < 0 ? "-" : "") + String(digits)
    }
}
