package dev.weft.identity.bundle;

import dev.weft.identity.spiffe.PeerText;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The members of one key of a JWK Set (RFC 7517 section 4). Any member may be missing or have a wrong type. */
record JwkMembers(Map<String, JsonValue> members) {

    Optional<String> text(String name) {
        JsonValue value = members.get(name);
        return switch (value) {
            case null -> Optional.empty();
            case JsonValue.Text(String text) -> Optional.of(text);
            default -> throw new InvalidBundleException(name + " is " + value.kind() + " (expected: a string)");
        };
    }

    /** Returns the text of a member that must be present and not empty. */
    String required(String name) {
        String text = text(name).orElseThrow(() -> new InvalidBundleException("it has no " + name));
        if (text.isEmpty()) {
            throw new InvalidBundleException(name + " is empty");
        }
        return text;
    }

    /** Returns the first item of a member that is a list of texts; the other items are ignored (X5-15). */
    String firstOf(String name) {
        JsonValue value = members.get(name);
        return switch (value) {
            case null -> throw new InvalidBundleException("it has no " + name);
            case JsonValue.Items(List<JsonValue> items)
            when items.isEmpty() -> throw new InvalidBundleException(name + " is empty");
            case JsonValue.Items(List<JsonValue> items)
            when items.getFirst() instanceof JsonValue.Text(String text) -> text;
            default -> throw new InvalidBundleException(name + " is not a list of strings");
        };
    }

    boolean has(String... names) {
        for (String name : names) {
            if (!members.containsKey(name)) {
                return false;
            }
        }
        return true;
    }

    /** Returns the value of the member for messages, with untrusted text escaped. */
    String shown(String name) {
        JsonValue value = members.get(name);
        return switch (value) {
            case null -> "missing";
            case JsonValue.Text(String text) -> PeerText.quote(text);
            default -> value.kind();
        };
    }
}
