internal import CommandLineKit
internal import SystemIO
internal import TerminalUI

/// A panel on this process's terminal: enters, draws what changed, leaves the screen as it was.
final class PanelTerminal {
    private var diff = PanelDiff()
    private var lastSize = (columns: 0, rows: 0)

    func enter() { Console.out(PanelDiff.enter, terminator: "") }
    func leave() { Console.out(PanelDiff.leave, terminator: "") }

    func show(_ model: PanelModel) {
        let size = terminalSize(1) ?? (columns: 80, rows: 24)
        if size != lastSize {
            diff.invalidate()
            lastSize = size
        }
        let lines = Panel.render(model, width: size.columns, height: size.rows, colour: Console.style.isEnabled)
        Console.out(diff.update(to: lines), terminator: "")
    }
}
