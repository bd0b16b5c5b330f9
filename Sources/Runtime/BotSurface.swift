public import SystemIO

/// A way to see and steer a bot from outside: a panel, an API. Lives on the bot's loop.
public protocol BotSurface: AnyObject {
    /// Called once, before the bot's first start.
    func attach(_ bot: BotHost, on loop: EventLoop) throws
    /// The process is about to end; the bot has stopped.
    func detach()
}
