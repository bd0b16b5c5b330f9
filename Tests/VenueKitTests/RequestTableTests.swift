import Fundamentals
import Testing
import VenueKit

@Suite struct `The request table` {
    private let start = Instant(milliseconds: 1_000)

    @Test func `answers each request once`() {
        var table = RequestTable<String>()
        let a = table.insert("a", sentAt: start, deadline: start + .seconds(1))
        let b = table.insert("b", sentAt: start, deadline: start + .seconds(1))
        #expect(a < b)
        #expect(table.remove(a)?.purpose == "a")
        #expect(table.remove(a) == nil)
        #expect(table.remove(RequestID(99)) == nil)
        #expect(table.count == 1)
    }

    @Test func `gives the overdue back, oldest first`() {
        var table = RequestTable<Int>()
        for span in [3, 1, 2] { _ = table.insert(span, sentAt: start, deadline: start + .seconds(Int64(span))) }
        var overdue: [Int] = []
        while let entry = table.removeOverdue(at: start + .seconds(2)) { overdue.append(entry.purpose) }
        #expect(overdue == [1, 2])
        #expect(table.count == 1)
    }

    @Test(arguments: 1...10) func `agrees with a naive table`(seed: UInt64) {
        var random = RandomSource(seed: seed)
        var table = RequestTable<Int>()
        var naive: [(RequestID, Int)] = []
        for round in 0..<500 {
            if random.chance(3, in: 5) {
                naive.append((table.insert(round, sentAt: start, deadline: start), round))
            } else {
                let id = RequestID(UInt64(random.integer(in: 0...Int64(round + 1))))
                let expected = naive.first { $0.0 == id }?.1
                naive.removeAll { $0.0 == id }
                #expect(table.remove(id)?.purpose == expected)
            }
        }
        #expect(table.entries.map(\.purpose) == naive.map(\.1))
    }
}
