import Benchmarks
import Testing

@Suite struct `The STARK rows` {
    @Test func `are measured without their reference too, and say why it is missing`() {
        let rows = Benchmarks.run(BenchmarkSettings(quick: true, groups: [.stark], dataFolder: "/nowhere")) { _ in }
        #expect(rows.count == 7)
        for row in rows {
            #expect(row.ours != nil && row.checksum != nil)
            #expect(row.references.isEmpty || row.references[0].name == "fast-stark-crypto 0.5.0")
        }
    }
}
