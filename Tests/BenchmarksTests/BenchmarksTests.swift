@testable import Benchmarks
import Testing

@Suite struct `The benchmarks` {
    @Test func `rows that need no process of their own measure something even in quick mode`() throws {
        let settings = BenchmarkSettings(
            quick: true, groups: [.decode, .order, .wallet, .matching], dataFolder: "/nowhere")
        let rows = Benchmarks.run(settings) { _ in }
        #expect(rows.count == 12)
        for row in rows {
            #expect(row.ours != nil, "\(row.name): \(row.remark ?? "no number")")
            #expect(row.references.isEmpty == false && row.checksum != nil)
        }
    }

    @Test func `a row without its recording says so`() {
        let rows = Benchmarks.run(BenchmarkSettings(quick: true, groups: [.book], dataFolder: "/nowhere")) { _ in }
        #expect(rows.map(\.remark) == ["skipped: no recording"])
        #expect(Benchmarks.table(rows, date: "today").contains("skipped: no recording"))
    }

    @Test func `a budget holds for the median or for the ratio to the first reference`() {
        var row = BenchmarkRow("row", unit: "µs", excludes: "nothing.")
        #expect(row.isWithinBudget == nil)
        row.ours = BenchmarkRow.Spread([3, 1, 2])
        row.budget = BenchmarkRow.Budget(.median, 2)
        #expect(row.isWithinBudget == true)
        row.references = [BenchmarkRow.Reference("other", [1, 1, 1], ours: [3, 1, 2])]
        row.budget = BenchmarkRow.Budget(.ratio, 1.15)
        #expect(row.isWithinBudget == false)
        #expect(Benchmarks.table([row], date: "today").contains("| row | 2 µs (1–3) | ≤ 1.15 × reference | **no** |"))
    }

    @Test func `a child that nobody knows is a usage error`() {
        #expect(Benchmarks.runChild(arguments: ["tea"]) == 64)
        #expect(Benchmarks.runChild(arguments: []) == 64)
    }
}

@Suite struct `The papers` {
    @Test func `every published number is reproduced, with few paths too`() {
        var settings = Papers.Settings(dataFolder: "/nowhere")
        settings.paths = 4_000
        let rows = Papers.run(settings) { _ in }
        #expect(rows.count == 24 + 15)
        for row in rows { #expect(row.holds, "\(row.paper), \(row.item): \(row.ours), \(row.verdict)") }
    }

    @Test func `a number that is off is called so`() {
        let row = PaperRow(paper: "p", item: "i", published: 1, ours: 2, standardError: 0.1, tolerance: 3)
        #expect(!row.holds && row.verdict == "OFF BY 10.0 s.e.")
        let exact = PaperRow(paper: "p", item: "i", published: 1, ours: 1.5, standardError: 0, tolerance: 0.1)
        #expect(!exact.holds && exact.verdict == "OFF BY 0.5")
        #expect(PaperTable.text([row]).contains("| 1 | 2 | 0.1 | OFF BY 10.0 s.e. |"))
    }
}
