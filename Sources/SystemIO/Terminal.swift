internal import CLinux
internal import Glibc

/// Whether a descriptor (0, 1 or 2) is a terminal.
public func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }

/// Columns and rows of the terminal at a descriptor; nil when it is none or does not say.
public func terminalSize(_ descriptor: Int32 = 1) -> (columns: Int, rows: Int)? {
    var columns: Int32 = 0
    var rows: Int32 = 0
    guard clinux_terminal_size(descriptor, &columns, &rows) == 0, columns > 0, rows > 0 else { return nil }
    return (Int(columns), Int(rows))
}
