import Configuration

/// A complete file for the spread, to be changed in one place.
func spreadFile(_ strategy: String = "", limits: String = "", more: String = "") -> String {
    """
    {
      "strategy": {"type": "aster-spread", "half_spread": "0.0005", "order_size_usd": "10"\(strategy)},
      "limits": {\(limits)}\(more)
    }
    """
}

func load(_ text: String, environment: [String: String] = [:], overrides: [ConfigurationOverride] = [])
    -> LoadedConfiguration
{
    BotConfiguration.load(
        ConfigurationSources(
            file: SourceFile(name: "config.json", text: text), environment: environment, overrides: overrides))
}

func issues(_ text: String) -> [String] { load(text).issues.map(\.description) }
