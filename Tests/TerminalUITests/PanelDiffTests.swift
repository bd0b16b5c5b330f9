import Fundamentals
import TerminalUI
import Testing

/// A naive terminal: a grid of cells that obeys the few sequences the panel may use, and complains of any other.
private struct Terminal {
    struct Cell: Equatable {
        var text = " "
        var style = ""
    }
    var grid: [[Cell]]
    var row = 0
    var column = 0
    var style = ""
    var complaints: [String] = []

    init(width: Int, height: Int) { grid = Array(repeating: Array(repeating: Cell(), count: width), count: height) }

    mutating func write(_ text: String) {
        var scalars = text.unicodeScalars[...]
        while let scalar = scalars.popFirst() {
            guard scalar == "\u{1B}" else {
                put(scalar)
                continue
            }
            var code = ""
            while let next = scalars.popFirst() {
                code.unicodeScalars.append(next)
                if next.properties.isAlphabetic { break }
            }
            obey(code)
        }
    }

    private mutating func obey(_ code: String) {
        let numbers = code.dropFirst().dropLast().split(separator: ";").compactMap { Int($0) }
        switch (code.last, code) {
        case (_, "[2J"): for index in grid.indices { grid[index] = grid[index].map { _ in Cell() } }
        case (_, "[K"): for index in column..<grid[row].count { grid[row][index] = Cell() }
        case ("H", _) where numbers.count == 2: (row, column) = (numbers[0] - 1, numbers[1] - 1)
        case ("m", _): style = code == "[0m" ? "" : code
        case (_, "[?2026h"), (_, "[?2026l"): break
        default: complaints.append(code)
        }
    }

    private mutating func put(_ scalar: Unicode.Scalar) {
        let width = DisplayWidth.of(scalar)
        guard row < grid.count, scalar.value >= 0x20, column + width <= grid[row].count else {
            complaints.append("outside: \(scalar.value) at \(row):\(column)")
            return
        }
        if width == 0 {
            if column > 0 { grid[row][column - 1].text.unicodeScalars.append(scalar) }
            return
        }
        grid[row][column] = Cell(text: String(scalar), style: style)
        if width == 2 { grid[row][column + 1] = Cell(text: "", style: style) }
        column += width
    }
}

@Suite struct `Updating the screen` {
    @Test func `writes nothing when nothing changed, and only what did`() {
        var diff = PanelDiff()
        #expect(diff.update(to: ["abc", "def"]) == "\u{1B}[?2026h\u{1B}[2J\u{1B}[1;1Habc\u{1B}[2;1Hdef\u{1B}[?2026l")
        #expect(diff.update(to: ["abc", "def"]) == "")
        #expect(diff.update(to: ["abc", "dxf"]) == "\u{1B}[?2026h\u{1B}[2;2Hx\u{1B}[?2026l")
        #expect(
            diff.update(to: ["abc", "d\u{1B}[31mx\u{1B}[0mf"])
                == "\u{1B}[?2026h\u{1B}[2;2H\u{1B}[0m\u{1B}[31mx\u{1B}[0m\u{1B}[?2026l")
        diff.invalidate()
        #expect(diff.update(to: ["a"]) == "\u{1B}[?2026h\u{1B}[2J\u{1B}[1;1Ha\u{1B}[?2026l")
    }

    @Test func `lets no foreign sequence through`() {
        var diff = PanelDiff()
        let output = diff.update(to: ["a\u{1B}]0;title\u{7}b\u{1B}[5Ac\u{9B}2Jd\u{1B}[1"])
        #expect(output == "\u{1B}[?2026h\u{1B}[2J\u{1B}[1;1Ha?]0;title?b?[5Ac?2Jd?[1\u{1B}[?2026l")
    }

    @Test(arguments: 0..<10)
    func `leads to the same screen as drawing it anew`(seed: UInt64) {
        var random = RandomSource(seed: seed)
        var diff = PanelDiff()
        var (width, height) = (80, 24)
        var terminal = Terminal(width: width, height: height)
        var model = sampleModel
        for _ in 0..<40 {
            if random.chance(1, in: 8) {
                (width, height) = (Int(random.integer(in: 1...130)), Int(random.integer(in: 1...40)))
                terminal = Terminal(width: width, height: height)
                diff.invalidate()
            }
            let other = randomModel(&random)
            switch random.integer(in: 0...3) {
            case 0: model = other
            case 1: model.log = other.log
            case 2: model.clock = other.clock
            default: model.bids = other.bids
            }
            let lines = Panel.render(model, width: width, height: height, colour: random.chance(3, in: 4))
            terminal.write(diff.update(to: lines))
            var fresh = Terminal(width: width, height: height)
            for (row, line) in lines.enumerated() { fresh.write("\u{1B}[\(row + 1);1H" + line) }
            #expect(terminal.grid == fresh.grid)
            #expect(terminal.complaints.isEmpty && fresh.complaints.isEmpty)
        }
    }
}
