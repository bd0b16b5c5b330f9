import Fundamentals
import Testing

@testable import Simulation

@Suite struct `The date of a reply` {
    @Test(arguments: [
        (0 as Int64, "Thu, 01 Jan 1970 00:00:00 GMT"), (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
        (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"), (1_782_864_000, "Wed, 01 Jul 2026 00:00:00 GMT"),
        (4_107_542_399, "Sun, 28 Feb 2100 23:59:59 GMT"),
    ])
    func `is the one that RFC 9110 asks for`(seconds: Int64, text: String) {
        #expect(DateHeader.text(of: Instant(milliseconds: seconds * 1_000 + 999)) == text)
    }
}
