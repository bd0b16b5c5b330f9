internal import Fundamentals
internal import Runtime

/// The live panel of the bot in this process.
final class PanelScreen {
    private let host: BotHost
    private let terminal = PanelTerminal()
    private var text = PanelText()

    init(_ host: BotHost) { self.host = host }

    func enter() { terminal.enter() }
    func leave() { terminal.leave() }

    func show() { terminal.show(text.model(host)) }
}
