import Configuration
import Fundamentals
import Testing

private func file(_ channels: String, _ more: String = "") -> String {
    spreadFile(more: ", \"notifications\": {\"channels\": [\(channels)]\(more)}")
}

private func problems(_ channels: String, environment: [String: String] = [:]) -> [String] {
    let loaded = load(file(channels), environment: environment)
    return (loaded.issues + loaded.notificationIssues).map(\.description).filter {
        $0.contains("notifications") || $0.contains("environment")
    }
}

private let telegram = #"{"type": "telegram", "token_env": "BOT", "to": "-1001234567890"}"#

@Suite struct `Channels of alerts` {
    @Test func `are read with what opens them`() throws {
        let loaded = load(
            file(
                """
                {"type": "telegram", "token_env": "BOT", "to": "-1001234567890", "thread": 7},
                {"type": "webhook", "url_env": "URL", "secret_env": "SECRET", "signature": "github",
                 "minimum_severity": "alarm", "name": "pager"}
                """, ", \"dedup_window\": \"5m\""),
            environment: ["BOT": "123:ABCDEFGHIJ", "URL": "https://ops.example/x", "SECRET": "It's a secret"])
        let settings = try #require(loaded.configuration?.notifications)
        #expect(settings.dedupWindow == .minutes(5))
        #expect(settings.channels.map(\.name) == ["telegram", "pager"])
        #expect(settings.channels.map(\.minimumSeverity) == [.warning, .alarm])
        #expect(settings.channels[0].thread == 7 && settings.channels[1].signature == .github)
        #expect(loaded.notificationIssues.isEmpty && loaded.notificationAccess.count == 2)
        #expect(loaded.notificationAccess[0].token?.expose() == Array("123:ABCDEFGHIJ".utf8))
    }

    @Test func `are none without the section, or with an empty list`() {
        #expect(load(spreadFile()).configuration?.notifications == nil)
        #expect(load(file("")).configuration?.notifications == nil)
    }

    @Test(arguments: [
        #"{"type": "line-notify", "token_env": "T", "to": "x"}"#,
        #"{"type": "line", "line_notify_token": "abc"}"#,
        #"{"type": "line", "token_env": "LINE_NOTIFY_TOKEN", "to": "U0123456789abcdef0123456789abcdef"}"#,
        #"{"type": "line", "token_env": "T", "to": "U0123456789abcdef0123456789abcdef", "server": "https://notify-api.line.me"}"#,
    ])
    func `of LINE Notify are told what to use instead`(channel: String) {
        let said = problems(channel).joined(separator: "\n")
        #expect(said.contains("ended on 2025-03-31") && said.contains("LINE Messaging API"), "\(said)")
        #expect(!said.contains("abc\""))
    }

    @Test func `of LINE Notify are recognised by their address and at the top level too`() {
        let hook = #"{"type": "webhook", "url_env": "URL", "secret_env": "S"}"#
        let said = problems(
            hook,
            environment: [
                "URL": "https://notify-api.line.me/api/notify", "S": "whsec_" + String(repeating: "A", count: 40),
            ])
        #expect(said.joined().contains("2025-03-31"))
        #expect(issues(spreadFile(more: ", \"line_notify_token\": \"abc\"")).joined().contains("2025-03-31"))
    }

    @Test(arguments: [
        (#"{"type": "telegram", "to": "-100"}"#, "token_env: is missing: a telegram channel needs it"),
        (#"{"type": "telegram", "token_env": "T"}"#, "to: is missing: expected a chat id"),
        (#"{"type": "telegram", "token_env": "T", "to": "room 7"}"#, "expected a chat id"),
        (#"{"type": "line", "token_env": "T", "to": "myname"}"#, "expected a userId"),
        (#"{"type": "ntfy", "to": "a b"}"#, "expected a topic"),
        (#"{"type": "ntfy", "to": "a", "to_env": "T"}"#, "stands beside to"),
        (#"{"type": "slack", "url_env": "U", "to": "x"}"#, "does not belong to a slack channel"),
        (#"{"type": "webhook", "url_env": "U"}"#, "secret_env: is missing"),
        (#"{"type": "slak", "url_env": "U"}"#, "did you mean \"slack\""),
        (#"{"type": "ntfy", "to": "a", "server": "http://ntfy.example"}"#, "expected https"),
        (#"{"type": "telegram", "token": "123:abc", "to": "-100"}"#, "a secret must not stand in this file"),
        (#"{"type": "slack", "url": "https://hooks.slack.com/services/T/B/X"}"#, "name the variable in url_env"),
        (#"{"to": "-100"}"#, "type: is missing"),
        (#"7"#, "expected an object"),
        (#"{"type": "ntfy", "to": "a"}, {"type": "ntfy", "to": "b"}"#, "is not unique"),
    ])
    func `that are wrong say what and where`(channel: String, expected: String) {
        let said = problems(channel)
        #expect(said.contains { $0.contains("config.json:") && $0.contains(expected) }, "\(said)")
        #expect(!said.joined().contains("123:abc") && !said.joined().contains("hooks.slack.com"))
    }

    @Test(arguments: [
        ("", "BOT: is not set"), ("hunter2-hunter2", "is not a bot token"), ("123:abc def ghij", "is not a bot token"),
        ("123:../../etc/passwd", "is not a bot token"),
    ])
    func `name the variable that is missing or wrong, never its value`(value: String, expected: String) {
        let said = problems(telegram, environment: ["BOT": value])
        #expect(said.contains { $0.contains(expected) && $0.contains("the channel \"telegram\"") }, "\(said)")
        #expect(value.isEmpty || !said.joined().contains(value))
    }

    @Test(arguments: [
        "http://ops.example/x", "ftp://ops.example", "ops.example", "https://", "https://a b",
        "https://u:p@ops.example/x",
        "https://ops.example/x#frag",
    ])
    func `take encrypted addresses only`(url: String) {
        let hook = #"{"type": "slack", "url_env": "URL"}"#
        #expect(problems(hook, environment: ["URL": url]).contains { $0.contains("is not an https URL") })
    }

    @Test func `are reached by overrides through name or place`() {
        let overrides = [
            ConfigurationOverride(path: "notifications.channels.telegram.minimum_severity", text: "alarm"),
            ConfigurationOverride(path: "notifications.channels[0].thread", text: "9"),
        ]
        let loaded = load(file(telegram), overrides: overrides)
        #expect(loaded.configuration?.notifications?.channels[0].minimumSeverity == .alarm)
        #expect(loaded.configuration?.notifications?.channels[0].thread == 9)
        let wrong = load(file(telegram), overrides: [.init(path: "notifications.channels.pager.to", text: "1")])
        #expect(wrong.issues.contains { $0.message.contains("no channel pager") })
    }
}
