internal import Fundamentals

/// What to say about a key that does not exist.
enum KeyAdvice {
    static func unknown(_ key: String, in section: String) -> (message: String, expected: String?) {
        if isSecret(key) {
            return (
                "a secret must not stand in this file: put it into the environment or a .env file, "
                    + "and name the variable in credentials (such as \"api_secret_env\": \"ASTERDEX_API_SECRET\")",
                "the name of an environment variable"
            )
        }
        if let field = FieldTable.fields.first(where: { $0.originalNames.contains(key) }) {
            return ("unknown key; here it is called \(field.key.path)", field.key.path)
        }
        let here = FieldTable.fields.filter { $0.key.section == section }.map(\.key.name)
        let names = section.isEmpty ? here + FieldTable.sections.map(\.name) : here
        if names.isEmpty {
            let sections = FieldTable.sections.map(\.name)
            let first = section.split(separator: ".").first.map(String.init) ?? section
            return ("unknown key" + didYouMean(Spelling.nearest(to: first, in: sections)), nil)
        }
        if let field = FieldTable.fields.first(where: { $0.key.name == key }) {
            let place = field.key.section.isEmpty ? "at the top level" : "in \"\(field.key.section)\""
            return ("unknown key here; it belongs \(place)", field.key.path)
        }
        if let near = Spelling.nearest(to: key, in: names) {
            return ("unknown key\(didYouMean(near))", near)
        }
        let elsewhere = Spelling.nearest(to: key, in: FieldTable.fields.map(\.key.name))
        let path = FieldTable.fields.first { $0.key.name == elsewhere }?.key.path
        return ("unknown key\(didYouMean(path))", path)
    }

    private static func didYouMean(_ name: String?) -> String { name.map { "; did you mean \($0)?" } ?? "" }

    /// Whether a key's name says that a secret is its value.
    static func isSecret(_ key: String) -> Bool {
        let letters = String(key.lowercased().unicodeScalars.filter { $0 != "_" && $0 != "-" })
        let words = ["apikey", "apisecret", "secret", "privatekey", "secretkey", "password", "passphrase", "mnemonic"]
        return words.contains { letters.hasSuffix($0) } || letters == "credentials"
    }
}
