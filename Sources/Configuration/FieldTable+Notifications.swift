extension FieldTable {
    static let notifications: [Field] = [
        Field(
            .dedupWindow, .duration, default: "60s",
            "The same alert again within this time is counted, and told once with the count when the time is over."
        ).hidden().atLeast("1s").atMost("1h", "alerts would be out of date"),
        Field(
            .channelType, .choice(NotificationService.allCases.map(\.rawValue)), required: "telegram",
            "\"line\" (Messaging API), \"telegram\", \"slack\", \"discord\", \"ntfy\" or \"webhook\"."),
        Field(
            .channelName, .text, optional: "phone", "What logs and apus notify --channel call it. Default: its type."),
        Field(
            .channelSeverity, .choice(NotificationSeverity.allCases.map(\.rawValue)), default: "warning",
            "Least severity that goes here: \"info\" tells starts and stops too, \"alarm\" only what cannot wait."),
        Field(
            .channelTarget, .text, optional: "-1001234567890",
            "line: userId or groupId; telegram: chat id or @channel; ntfy: topic. Text, in quotes."),
        Field(
            .channelTargetVariable, .environmentName, optional: "NTFY_TOPIC",
            "Variable with the same, instead of to: on a public ntfy whoever knows the topic reads it."),
        Field(
            .channelTokenVariable, .environmentName, optional: "TELEGRAM_BOT_TOKEN",
            "Variable with the token; line: channel access token, telegram: bot token, ntfy: access token if it needs one."
        ),
        Field(
            .channelURLVariable, .environmentName, optional: "SLACK_WEBHOOK_URL",
            "slack, discord, webhook: variable with the webhook's URL, which is a secret itself."),
        Field(
            .channelSecretVariable, .environmentName, optional: "ALERT_WEBHOOK_SECRET",
            "webhook: variable with the secret that signs; whsec_ and base64, or for github and stripe any text."),
        Field(
            .channelSignature, .choice(WebhookSignature.allCases.map(\.rawValue)), optional: "standard",
            "webhook: form of the signature. Default: \"standard\" (Standard Webhooks)."),
        Field(.channelThread, .integer, optional: "7", "telegram, discord: id of a thread.").atLeast("1"),
        Field(
            .channelServer, .url(schemes: ["https", "http"]), optional: "https://ntfy.example",
            "Another server than the service's own: a self-hosted ntfy or Telegram, a local one for tests."),
    ]
}

/// What templates show of channels: one of each type.
enum ChannelSamples {
    static let lines = [
        "{\"type\": \"line\", \"token_env\": \"LINE_CHANNEL_TOKEN\", \"to\": \"U0123456789abcdef0123456789abcdef\"}",
        "{\"type\": \"telegram\", \"token_env\": \"TELEGRAM_BOT_TOKEN\", \"to\": \"-1001234567890\", \"thread\": 7}",
        "{\"type\": \"slack\", \"url_env\": \"SLACK_WEBHOOK_URL\", \"minimum_severity\": \"alarm\"}",
        "{\"type\": \"discord\", \"url_env\": \"DISCORD_WEBHOOK_URL\"}",
        "{\"type\": \"ntfy\", \"name\": \"phone\", \"to_env\": \"NTFY_TOPIC\", \"server\": \"https://ntfy.example\"}",
        "{\"type\": \"webhook\", \"url_env\": \"ALERT_URL\", \"secret_env\": \"ALERT_SECRET\", \"signature\": \"standard\"}",
    ]
}
